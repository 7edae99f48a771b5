//! Carts, their stories and shoppers, as far as the token may know them.

use super::super::problem::Problem;
use super::MoneyShape;
use super::policy::BotShape;
use crate::app::timeline::{Enrolled, Entry, Story};
use crate::db::lists::{ListedCart, ListedNudge};
use crate::db::people::{ListedContact, Suppression};
use crate::domain::cart::Cart;
use crate::domain::contact::{Email, Identity, Phone};
use crate::domain::event::{ChannelKind, Item, Token};
use crate::domain::ids::ShopId;
use crate::domain::joined::Stamped;
use crate::domain::money::Money;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// One line of a cart.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemShape {
    /// As the shopper saw it.
    pub title: String,
    /// `Blue / XL`.
    pub variant_title: Option<String>,
    /// The merchant's own number.
    pub sku: Option<String>,
    /// The platform's.
    pub product_id: Option<String>,
    /// The platform's.
    pub variant_id: Option<String>,
    /// How many.
    pub quantity: i64,
    /// For one, as the shopper saw it.
    #[schema(value_type = Option<MoneyShape>)]
    pub unit_price: Option<Money>,
}

impl From<&Item> for ItemShape {
    fn from(item: &Item) -> Self {
        Self {
            title: item.title.clone(),
            variant_title: item.variant_title.clone(),
            sku: item.sku.clone(),
            product_id: item.product_id.clone(),
            variant_id: item.variant_id.clone(),
            quantity: item.quantity,
            unit_price: item.unit_price,
        }
    }
}

/// A shopper, as far as the token may know: with `read` addresses are masked and names left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct CartContactShape {
    /// Ours, once they could be told.
    pub id: Option<Uuid>,
    /// Where mail belongs.
    pub email: Option<String>,
    /// Where texts belong.
    pub phone: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// BCP 47.
    pub locale: Option<String>,
}

/// One of a cart's names on its platform; a bearer secret there, so with `read` there are none.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenShape {
    /// `cart`, `checkout` or `checkout_id`.
    pub kind: &'static str,
    /// The token.
    pub token: String,
}

impl From<&Token> for TokenShape {
    fn from(token: &Token) -> Self {
        Self { kind: token.kind(), token: token.value().to_owned() }
    }
}

/// A cart.
#[derive(Debug, Serialize, ToSchema)]
pub struct CartShape {
    /// Ours.
    pub id: Uuid,
    /// Of which store.
    pub shop_id: Uuid,
    /// `open`, `abandoned`, `recovered`, `purchased`, `lost`, `invalid` or `erased`.
    pub state: &'static str,
    /// What the shopper would pay, as they see it.
    #[schema(value_type = Option<MoneyShape>)]
    pub value: Option<Money>,
    /// What is in it.
    pub items: Vec<ItemShape>,
    /// Whose it is, once something is known of them.
    pub contact: Option<CartContactShape>,
    /// By which its platform names it.
    pub tokens: Vec<TokenShape>,
    /// When it was begun.
    pub started_at: Timestamp,
    /// When the shopper last did something.
    pub active_at: Timestamp,
    /// Since when it counts as abandoned.
    pub abandoned_at: Option<Timestamp>,
}

/// Who looks at a cart.
#[derive(Debug, Clone, Copy)]
pub struct Viewer {
    /// In which shop.
    pub shop: ShopId,
    /// Addresses in full.
    pub sees_people: bool,
}

impl Viewer {
    fn email(self, email: &Email) -> String {
        if self.sees_people { email.as_str().to_owned() } else { email.masked() }
    }

    fn phone(self, phone: &Phone) -> String {
        if self.sees_people { phone.as_str().to_owned() } else { phone.masked() }
    }

    fn identity(self, identity: &Identity) -> IdentityShape {
        let value = match identity {
            Identity::Customer(id) => id.clone(),
            Identity::Email(email) => self.email(email),
            Identity::Phone(phone) => self.phone(phone),
        };
        IdentityShape { kind: identity.kind(), value }
    }

    fn contact_of(self, id: Option<Uuid>, facts: &Cart) -> Option<CartContactShape> {
        let name = |n: &Option<Stamped<String>>| n.as_ref().filter(|_| self.sees_people).map(|s| s.value.clone());
        let contact = CartContactShape {
            id,
            email: facts.mail_to().map(|e| self.email(e)),
            phone: facts.text_to().map(|p| self.phone(p)),
            first_name: name(&facts.first_name),
            last_name: name(&facts.last_name),
            locale: facts.locale.as_ref().map(|l| l.value.clone()),
        };
        let known = contact.id.is_some() || contact.email.is_some() || contact.phone.is_some();
        known.then_some(contact)
    }

    /// A cart of a list.
    ///
    /// # Errors
    /// 500 when its facts can't be read.
    pub fn cart(self, row: &ListedCart) -> Result<CartShape, Problem> {
        let facts: Cart = serde_json::from_str(&row.facts)
            .map_err(|e| crate::db::DbError::Corrupt(format!("the stored cart {} can't be read: {e}", row.id)))?;
        Ok(CartShape {
            id: row.id.0,
            shop_id: self.shop.0,
            state: row.state.as_str(),
            value: row.value,
            items: facts.snapshot().map(|s| s.items.iter().map(ItemShape::from).collect()).unwrap_or_default(),
            contact: self.contact_of(row.contact_id.map(|c| c.0), &facts),
            tokens: facts.tokens.iter().filter(|_| self.sees_people).map(TokenShape::from).collect(),
            started_at: row.started_at,
            active_at: row.active_at,
            abandoned_at: row.abandoned_at,
        })
    }

    /// A cart with its story.
    pub fn story(self, story: Story) -> CartStoryShape {
        let facts = &story.cart.facts;
        let cart = CartShape {
            id: story.cart.id.0,
            shop_id: self.shop.0,
            state: story.cart.state.as_str(),
            value: facts.snapshot().and_then(|s| s.value),
            items: facts.snapshot().map(|s| s.items.iter().map(ItemShape::from).collect()).unwrap_or_default(),
            contact: self.contact_of(story.cart.contact_id.map(|c| c.0), facts),
            tokens: facts.tokens.iter().filter(|_| self.sees_people).map(TokenShape::from).collect(),
            started_at: facts.started_at,
            active_at: facts.active_at,
            abandoned_at: story.cart.abandoned_at,
        };
        CartStoryShape {
            cart,
            purchased_at: story.cart.purchased_at,
            bot: BotShape::of(&story.bot, story.counts_as_fake),
            identities: story.identities.iter().map(|i| self.identity(i)).collect(),
            enrolments: story.enrolments.into_iter().map(EnrolmentShape::from).collect(),
            nudges: story.nudges.into_iter().map(NudgeShape::from).collect(),
            timeline: story.timeline.into_iter().map(|e| EntryShape::of(e, self.sees_people)).collect(),
        }
    }

    /// A contact of a list.
    pub fn contact(self, row: &ListedContact) -> ContactShape {
        let name = |n: &Option<Stamped<String>>| n.as_ref().filter(|_| self.sees_people).map(|s| s.value.clone());
        ContactShape {
            id: row.id.0,
            first_name: name(&row.facts.first_name),
            last_name: name(&row.facts.last_name),
            locale: row.facts.locale.as_ref().map(|l| l.value.clone()),
            identities: row.identities.iter().map(|i| self.identity(i)).collect(),
            consents: row
                .consents
                .iter()
                .map(|(channel, c)| ConsentShape { channel: channel.as_str(), state: c.state.as_str(), at: c.at, source: c.source.clone() })
                .collect(),
            erased_at: row.erased_at,
            created_at: row.created_at,
        }
    }

    /// A suppression of a list.
    pub fn suppression(self, row: Suppression) -> SuppressionShape {
        let address = match (self.sees_people, row.channel) {
            (true, _) => row.address,
            (false, ChannelKind::Email) => row.address.parse::<Email>().map(|e| e.masked()).unwrap_or_default(),
            (false, ChannelKind::Sms | ChannelKind::WhatsApp) => row.address.parse::<Phone>().map(|p| p.masked()).unwrap_or_default(),
        };
        SuppressionShape { channel: row.channel.as_str(), address, reason: row.reason, created_at: row.created_at }
    }
}

/// By what a shopper is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityShape {
    /// `customer`, `email` or `phone`.
    pub kind: &'static str,
    /// The platform's id, the address or the number.
    pub value: String,
}

/// A cart with its story.
#[derive(Debug, Serialize, ToSchema)]
pub struct CartStoryShape {
    /// The cart.
    #[serde(flatten)]
    pub cart: CartShape,
    /// When we learned of the purchase.
    pub purchased_at: Option<Timestamp>,
    /// How likely its checkout is fake.
    pub bot: BotShape,
    /// By what its shopper is known.
    pub identities: Vec<IdentityShape>,
    /// The campaigns that it is or was in, oldest first.
    pub enrolments: Vec<EnrolmentShape>,
    /// Its messages, planned and sent.
    pub nudges: Vec<NudgeShape>,
    /// Everything that happened and was decided, oldest first.
    pub timeline: Vec<EntryShape>,
}

/// One campaign that a cart is or was in.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnrolmentShape {
    /// Which.
    pub campaign_id: Uuid,
    /// As that version calls itself.
    pub campaign: String,
    /// By which version.
    pub version: i64,
    /// `treated` or `holdout`: fixed once.
    pub arm: &'static str,
    /// The shopper's lot in the draw for it, of 100; null where it was enrolled before lots were kept.
    pub lot_percent: Option<f64>,
    /// The comparison group took lots below this.
    pub holdout_percent: Option<u8>,
    /// The shopper was in the campaign with an earlier cart, which fixed the side.
    pub fixed_before: bool,
    /// What began it.
    pub trigger: &'static str,
    /// The cart's path through the campaign.
    pub path: Option<String>,
    /// From when delays count.
    pub abandoned_at: Timestamp,
    /// From when it counts in the comparison: when its first message left, or would have.
    pub counted_at: Option<Timestamp>,
    /// The cart of the same shopper that took over, if one did.
    pub superseded_by: Option<Uuid>,
    /// The text that it gets in each step that compares some.
    pub variants: Vec<StepVariantShape>,
}

/// Which text a cart gets in a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepVariantShape {
    /// From 1.
    pub step: i64,
    /// The text's name.
    pub variant: String,
}

impl From<Enrolled> for EnrolmentShape {
    fn from(e: Enrolled) -> Self {
        let (listed, draw) = (e.listed, e.draw);
        Self {
            campaign_id: listed.campaign_id.0,
            campaign: listed.name,
            version: listed.version,
            arm: listed.arm.as_str(),
            lot_percent: draw.lot_percent,
            holdout_percent: draw.holdout_percent,
            fixed_before: draw.arm_of_an_earlier_cart.is_some(),
            trigger: listed.begun_by.as_str(),
            path: listed.path,
            abandoned_at: listed.abandoned_at,
            counted_at: listed.counted_at,
            superseded_by: listed.superseded_by.map(|c| c.0),
            variants: listed.variants.into_iter().map(|(step, variant)| StepVariantShape { step: step + 1, variant }).collect(),
        }
    }
}

/// One line of a cart's story.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryShape {
    /// When.
    pub at: Timestamp,
    /// `begin_checkout`, `abandoned`, `decision.send`, `message.sent`, `message.delivered`, `reply`, `click`, `purchase`, `credit`, ...
    pub kind: String,
    /// In a sentence.
    pub why: String,
    /// The rule that decided, if one did.
    pub rule: Option<String>,
    /// The rules' version.
    pub rules_version: Option<i64>,
    /// What it was decided on.
    #[schema(value_type = Option<Object>)]
    pub inputs: Option<serde_json::Value>,
    /// The nudge that it is about.
    pub nudge_id: Option<Uuid>,
    /// What the shopper wrote back; null with the scope `read`.
    pub said: Option<String>,
}

impl EntryShape {
    fn of(e: Entry, sees_people: bool) -> Self {
        Self {
            said: e.said.filter(|_| sees_people),
            at: e.at,
            kind: e.kind,
            why: e.why,
            rule: e.rule,
            rules_version: e.rules_version,
            inputs: e.inputs,
            nudge_id: e.nudge_id.map(|n| n.0),
        }
    }
}

/// One step planned for one cart.
#[derive(Debug, Serialize, ToSchema)]
pub struct NudgeShape {
    /// Ours.
    pub id: Uuid,
    /// For which cart.
    pub cart_id: Uuid,
    /// Of which campaign.
    pub campaign_id: Uuid,
    /// Which step, from 1.
    pub step: i64,
    /// `email` or `sms`.
    pub channel: &'static str,
    /// `scheduled`, `sending`, `sent`, `delivered`, `failed`, `cancelled` or `unknown`.
    pub state: &'static str,
    /// As planned.
    pub due_at: Timestamp,
    /// When it is looked at next.
    pub wake_at: Timestamp,
    /// When it left.
    pub sent_at: Option<Timestamp>,
    /// When it was delivered, as its provider says.
    pub delivered_at: Option<Timestamp>,
    /// Of all that its provider told of it, what weighs most: `accepted`, `soft_bounce`, `delivered`, `blocked`, `hard_bounce`, `suppressed`, `opted_out` or
    /// `complained`.
    pub fate: Option<&'static str>,
    /// In the provider's words.
    pub fate_reason: Option<String>,
    /// How often it was attempted.
    pub attempts: i64,
    /// Since when its outcome was unknown, if it ever was.
    pub unknown_at: Option<Timestamp>,
    /// While it is `unknown`: when its provider is asked next; null once it is left to you to settle.
    pub ask_at: Option<Timestamp>,
    /// The last that was decided about it.
    pub decision: Option<DecisionShape>,
}

/// A recorded answer of a rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionShape {
    /// When.
    pub at: Timestamp,
    /// `planned`, `send`, `postpone`, `cancel`, `sent`, `refused`, `retry`, `unknown`, `asked`, `bounced`.
    pub outcome: String,
    /// Which rule.
    pub rule: String,
    /// The rules' version.
    pub rules_version: i64,
    /// In a sentence.
    pub why: String,
    /// What it was decided on.
    #[schema(value_type = Option<Object>)]
    pub inputs: Option<serde_json::Value>,
}

impl From<ListedNudge> for NudgeShape {
    fn from(n: ListedNudge) -> Self {
        let decision = n.decision.map(|d| DecisionShape {
            at: d.at,
            outcome: d.outcome,
            rule: d.rule,
            rules_version: d.rules_version,
            why: d.why,
            inputs: serde_json::from_str(&d.inputs).ok(),
        });
        let (fate, fate_reason) = n.fate.map_or((None, None), |(fate, reason)| (Some(fate.as_str()), reason));
        Self {
            id: n.id.0,
            cart_id: n.cart_id.0,
            campaign_id: n.campaign_id.0,
            step: n.step + 1,
            channel: n.channel.as_str(),
            state: n.state.as_str(),
            due_at: n.due_at,
            wake_at: n.wake_at,
            sent_at: n.sent_at,
            delivered_at: n.delivered_at,
            fate,
            fate_reason,
            attempts: n.attempts,
            unknown_at: n.unknown_at,
            ask_at: n.ask_at,
            decision,
        }
    }
}

/// A shopper, as far as the token may know.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactShape {
    /// Ours.
    pub id: Uuid,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// BCP 47.
    pub locale: Option<String>,
    /// By what they are known.
    pub identities: Vec<IdentityShape>,
    /// What they said about being written to.
    pub consents: Vec<ConsentShape>,
    /// When their data was erased, if it was.
    pub erased_at: Option<Timestamp>,
    /// When they were first seen.
    pub created_at: Timestamp,
}

/// What a shopper said about one channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentShape {
    /// `email` or `sms`.
    pub channel: &'static str,
    /// `pending`, `subscribed` or `unsubscribed`.
    pub state: &'static str,
    /// Since when.
    pub at: Timestamp,
    /// Where it was collected.
    pub source: String,
}

/// An address that must not be written to; masked with `read`.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuppressionShape {
    /// `email` or `sms`.
    pub channel: &'static str,
    /// The address or number.
    pub address: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub created_at: Timestamp,
}

/// An address to forbid.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuppressionBody {
    /// `email` or `sms`.
    #[schema(value_type = String)]
    pub channel: ChannelKind,
    /// The address or number.
    pub address: String,
    /// Why, for those who ask later; `manual` if left out.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What became of a message whose outcome is unknown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleBody {
    /// What you know of it.
    pub outcome: SettleOutcome,
}

/// What a person or program knows of a message whose outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SettleOutcome {
    /// It arrived: it counts as sent.
    Arrived,
    /// It did not arrive: it is due again, and leaves if every rule still allows it.
    SendAgain,
}
