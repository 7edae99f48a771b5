// Comeback: tells the store's own server what happens on its pages, and only of visitors who agreed. See docs/tracking.md of the program.
(function (window, document) {
  'use strict';
  var SESSION_MS = 30 * 60 * 1000; // a visit ends after half an hour without a page
  var WAIT_MS = 1500; // events are sent together
  var TOGETHER_MAX = 25;
  var WAITING_MAX = 100; // without agreement they wait in memory, and are gone with the page
  var CLIENT = 'comeback.client';
  var SESSION = 'comeback.session';
  var NAMED = 'comeback.named'; // the visit in which the visitor was named

  var queued = (window.comeback && window.comeback.q) || [];
  if (window.comeback && window.comeback.loaded) return;
  var own = document.currentScript && document.currentScript.src;
  var endpoint = own ? new URL(own, document.baseURI).origin : '';
  var shop = '';
  var agreed = false;
  var known = '';
  var waiting = [];
  var timer = 0;
  var memory = {};

  function store(name, value) {
    try {
      if (value === undefined) return window.localStorage.getItem(name);
      if (value === null) window.localStorage.removeItem(name);
      else window.localStorage.setItem(name, value);
    } catch (e) { /* a sandbox has no storage: the visit lasts as long as the page */ }
    if (value === undefined) return memory[name] || null;
    memory[name] = value || undefined;
    return value;
  }

  function id() {
    if (window.crypto && window.crypto.randomUUID) return window.crypto.randomUUID();
    var bytes = window.crypto.getRandomValues(new Uint8Array(16));
    return Array.prototype.map.call(bytes, function (b) { return ('0' + b.toString(16)).slice(-2); }).join('');
  }

  function visit() {
    var client = store(CLIENT) || store(CLIENT, id());
    var now = Date.now();
    var kept = (store(SESSION) || '').split('|');
    var session = kept[0] && now - Number(kept[1]) < SESSION_MS ? kept[0] : id();
    store(SESSION, session + '|' + now);
    return { client_id: client, session_id: session };
  }

  function cookie(name) {
    try {
      var found = ('; ' + document.cookie).split('; ' + name + '=')[1];
      return found ? decodeURIComponent(found.split(';')[0]) : undefined;
    } catch (e) { return undefined; }
  }

  function event(name, fields) {
    fields = fields || {};
    var made = { event_id: id(), name: name, at: new Date().toISOString(), page: { url: window.location.href, referrer: document.referrer || undefined } };
    for (var key in fields) if (fields[key] !== undefined && fields[key] !== null) made[key] = fields[key];
    waiting.push(made);
    if (waiting.length > WAITING_MAX) waiting.shift();
    if (agreed && !timer) timer = window.setTimeout(flush, WAIT_MS);
  }

  // Nothing is read from or written into the browser's storage before the visitor agreed: whose visit it is is added only when it is sent.
  function complete(made) {
    made.visit = visit();
    if (made.client) made.visit.client_id = made.client;
    delete made.client;
    if (known && !made.contact) made.contact = { email: known };
    if (made.contact) store(NAMED, made.visit.session_id);
    if (!made.cart_token) made.cart_token = cookie('cart');
    return made;
  }

  function flush() {
    window.clearTimeout(timer);
    timer = 0;
    if (!agreed || !shop || !endpoint) return;
    while (waiting.length) {
      var events = waiting.splice(0, TOGETHER_MAX).map(complete);
      var body = JSON.stringify({ consent: true, events: events });
      var url = endpoint + '/collect?shop=' + encodeURIComponent(shop);
      var blob = new Blob([body], { type: 'text/plain' }); // needs no question beforehand
      var sent = false;
      try { sent = !!(window.navigator.sendBeacon && window.navigator.sendBeacon(url, blob)); } catch (e) { sent = false; }
      if (!sent) window.fetch(url, { method: 'POST', body: body, headers: { 'content-type': 'text/plain' }, keepalive: true, credentials: 'omit', mode: 'cors' }).catch(function () {});
    }
  }

  function consent(yes) {
    agreed = yes === true;
    if (agreed) { if (waiting.length) flush(); return; }
    waiting = [];
    known = '';
    [CLIENT, SESSION, NAMED].forEach(function (name) { store(name, null); });
  }

  // A form on the page: somebody wants reminders at this address. It is a claim: the server asks the address itself, and sends nothing before it said yes.
  function subscribe(said) {
    var channel = said.channel || (said.phone ? 'sms' : 'email');
    var words = { shown: text(said.shown) };
    words[channel] = 'pending';
    event('identify', { contact: { email: text(said.email), phone: text(said.phone), country: text(said.country) }, consent: words });
    flush();
  }

  // Shopify's banner, where there is one: both what is measured and what is advertised has to be allowed, since messages follow from it.
  function ofBanner(privacy) {
    if (!privacy) return undefined;
    var ask = function (name) { return typeof privacy[name] === 'function' ? privacy[name]() : privacy[name]; };
    var measured = ask('analyticsProcessingAllowed');
    var advertised = ask('marketingAllowed');
    return measured === undefined || advertised === undefined ? undefined : measured === true && advertised === true;
  }

  function followBanner() {
    var shopify = window.Shopify;
    if (!shopify) return;
    var read = function () {
      var yes = ofBanner(shopify.customerPrivacy);
      if (yes !== undefined) consent(yes);
    };
    document.addEventListener('visitorConsentCollected', read);
    if (shopify.customerPrivacy && shopify.customerPrivacy.marketingAllowed) read();
    else if (shopify.loadFeatures) shopify.loadFeatures([{ name: 'consent-tracking-api', version: '0.1' }], function (error) { if (!error) read(); });
  }

  function text(value) { return value === undefined || value === null || value === '' ? undefined : String(value); }

  // The product of the page: as the page tells search engines, with the numbers that a Shopify theme knows.
  function product() {
    var item;
    Array.prototype.forEach.call(document.querySelectorAll('script[type="application/ld+json"]'), function (script) {
      if (item) return;
      var all;
      try { all = JSON.parse(script.textContent); } catch (e) { return; }
      [].concat(all && all['@graph'] ? all['@graph'] : all).forEach(function (data) {
        var kind = data && [].concat(data['@type']);
        if (item || !kind || (kind.indexOf('Product') < 0 && kind.indexOf('ProductGroup') < 0)) return;
        var offer = [].concat(data.offers || [])[0] || {};
        var picture = [].concat(data.image || [])[0];
        item = { title: text(data.name), sku: text(data.sku), product_id: text(data.productID), image_url: text(picture && picture.url ? picture.url : picture), url: text(data.url) };
        var price = offer.price || offer.lowPrice;
        if (price && offer.priceCurrency) item.price = { amount: String(price), currency: offer.priceCurrency };
      });
    });
    var meta = window.ShopifyAnalytics && window.ShopifyAnalytics.meta;
    if (meta && meta.product) {
      var variants = meta.product.variants || [];
      var chosen = new URLSearchParams(window.location.search).get('variant') || meta.selectedVariantId;
      var variant = variants.filter(function (v) { return String(v.id) === String(chosen); })[0] || variants[0] || {};
      item = item || {};
      item.product_id = text(meta.product.id);
      item.variant_id = text(variant.id);
      item.sku = item.sku || text(variant.sku);
      item.title = item.title || text(variant.name);
      if (!item.price && variant.price && meta.currency) item.price = { amount: (variant.price / 100).toFixed(2), currency: meta.currency };
    }
    if (item && item.url) { try { item.url = new URL(item.url, document.baseURI).href; } catch (e) { item.url = undefined; } }
    return item;
  }

  function page() {
    var seen = product();
    if (seen) event('view_item', { items: [seen] });
    else if (hasBegun()) event('page_view');
  }

  // A page that is no product's begins no visit; it only says that one goes on.
  function hasBegun() { return agreed && !!store(SESSION); }

  function identify(email) {
    known = email;
    var session = agreed ? (store(SESSION) || '').split('|')[0] : '';
    if (known && !(session && store(NAMED) === session)) event('identify');
  }

  function whenReady(act) {
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', act);
    else act();
  }

  function followForms() {
    document.addEventListener('submit', function (submitted) {
      var form = submitted.target;
      var action = (form && form.getAttribute && form.getAttribute('action')) || '';
      if (!/\/cart\/add(\.js)?([?#]|$)/.test(action)) return;
      var added = product() || {};
      var fields = new FormData(form);
      added.variant_id = text(fields.get('id')) || added.variant_id;
      added.quantity = Number(fields.get('quantity')) || 1;
      if (added.variant_id || added.title) event('add_to_cart', { items: [added] });
      flush();
    }, true);
  }

  var NAMES = {
    page_viewed: 'page_view', product_viewed: 'view_item', collection_viewed: 'view_item_list', product_added_to_cart: 'add_to_cart',
    product_removed_from_cart: 'remove_from_cart', cart_viewed: 'view_cart', checkout_started: 'begin_checkout',
    checkout_contact_info_submitted: 'add_contact_info', checkout_shipping_info_submitted: 'add_shipping_info', payment_info_submitted: 'add_payment_info'
  };

  function variantItem(variant, quantity) {
    if (!variant) return undefined;
    var of = variant.product || {};
    var price = variant.price || {};
    return {
      product_id: text(of.id), variant_id: text(variant.id), sku: text(variant.sku), title: text(of.title), variant_title: text(variant.title),
      price: price.amount !== undefined && price.currencyCode ? { amount: String(price.amount), currency: price.currencyCode } : undefined,
      quantity: quantity, url: text(of.url), image_url: text(variant.image && variant.image.src)
    };
  }

  function lines(all) { return (all || []).map(function (l) { return variantItem(l.merchandise || l.variant, l.quantity); }).filter(Boolean); }

  // A custom pixel: Shopify tells what happens, and whether the visitor agreed. A purchase is not told from here: Shopify's server tells it.
  function followShopify(api) {
    var there = (api.init && api.init.context && api.init.context.document && api.init.context.document.location) || {};
    var began = (api.init && api.init.data && api.init.data.cart && api.init.data.cart.id) || undefined;
    var yes = ofBanner(api.init && api.init.customerPrivacy);
    if (yes !== undefined) consent(yes);
    if (api.customerPrivacy) api.customerPrivacy.subscribe('visitorConsentCollected', function (e) { consent(ofBanner(e.customerPrivacy) === true); });
    api.analytics.subscribe('all_standard_events', function (e) {
      var name = NAMES[e.name];
      if (!name) return;
      var data = e.data || {};
      var location = (e.context && e.context.document && e.context.document.location) || there;
      var from = e.context && e.context.document && e.context.document.referrer;
      var fields = { event_id: e.id, at: e.timestamp, page: { url: location.href, referrer: text(from) }, cart_token: began };
      if (e.clientId) fields.client = e.clientId;
      if (data.productVariant) fields.items = [variantItem(data.productVariant, 1)];
      if (data.cartLine) fields.items = [variantItem(data.cartLine.merchandise, data.cartLine.quantity)];
      if (data.cart) { fields.items = lines(data.cart.lines); fields.cart_token = text(data.cart.id) || began; }
      if (data.checkout) { fields.items = lines(data.checkout.lineItems); fields.checkout_token = text(data.checkout.token); }
      if (data.checkout && data.checkout.email) fields.contact = { email: data.checkout.email };
      if (name === 'page_view' && !hasBegun()) return;
      event(name, fields);
    });
  }

  function command(args) {
    var what = args[0];
    if (what === 'config') {
      shop = String(args[1] || '');
      var options = args[2] || {};
      if (options.endpoint) endpoint = String(options.endpoint).replace(/\/+$/, '');
      if (options.shopify) { followShopify(options.shopify); return; }
      followBanner();
      followForms();
      whenReady(page);
    } else if (what === 'consent' && args[1] && typeof args[1] === 'object') subscribe(args[1]);
    else if (what === 'consent') consent(args[1] === true);
    else if (what === 'identify') identify(String((args[1] && args[1].email) || ''));
    else if (what === 'event') event(String(args[1]), args[2]);
  }

  window.comeback = function () { command(arguments); };
  window.comeback.consent = function (said) { command(['consent', said]); };
  window.comeback.loaded = true;
  document.addEventListener('visibilitychange', function () { if (document.visibilityState === 'hidden') flush(); });
  window.addEventListener('pagehide', flush);
  // The store is named before anything else is done for it.
  queued = Array.prototype.slice.call(queued);
  queued.sort(function (a, b) { return (b[0] === 'config' ? 1 : 0) - (a[0] === 'config' ? 1 : 0); }).forEach(command);
})(window, document);
