//! One recorded moment after the other, each done again by exactly the code that did it.

use super::clock::ReplayClock;
use crate::app::campaigns::moving::{self, To};
use crate::app::campaigns::{self, Act};
use crate::app::preferences::{self, Written};
use crate::app::send::{Answer, Beside, addressed, decide_claimed, record_answer};
use crate::app::{App, AppError, cart_acts, ingest, install, plan, policies, receipts, shops};
use crate::db::contexts::NudgeContext;
use crate::db::nudges::Lease;
use crate::db::replay::{Request, Step};
use crate::db::shops::Shop;
use crate::db::{self, Db, Tx};
use crate::domain::cart::CartState;
use crate::domain::ids::{CampaignId, CartId, NudgeId, ShopId};
use crate::domain::nudge::Inputs;
use crate::platforms;
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// Who the rebuilt store's own audit says it was.
pub(super) const ACTOR: &str = "replay";
/// Who holds nudges between their claim and their answers; each claim holds its own.
const HOLDER: &str = "replay";

/// What one claim took was decided together: each of its messages was on its way when the others were decided. A nudge that comes twice, as one that changes its
/// channel does, was in two of them.
fn together(page: &[Step]) -> Vec<&[Step]> {
    let mut groups = Vec::new();
    let mut rest = page;
    while let Some(first) = rest.first() {
        let mut taken = HashSet::from([first.about]);
        let joins = |step: &&Step| first.kind == "claim" && step.kind == "claim" && step.at == first.at && taken.insert(step.about);
        let count = 1 + rest.iter().skip(1).take_while(joins).count();
        let (group, left) = rest.split_at(count);
        groups.push(group);
        rest = left;
    }
    groups
}

/// What was recorded of a claim.
struct Recorded<'a> {
    inputs: &'a HashMap<Uuid, Option<Inputs>>,
    beside_erased: &'a HashSet<Uuid>,
}

impl Beside for Recorded<'_> {
    fn amend(&mut self, context: &NudgeContext, inputs: &mut Inputs) {
        let known = self.inputs.get(&context.id.0).and_then(Option::as_ref);
        inputs.channel_ready = known.is_none_or(|i| i.channel_ready);
        inputs.sender = known.and_then(|i| i.sender.clone());
        if let Some(code) = &mut inputs.code {
            code.ready = code.withheld.is_none() && known.and_then(|i| i.code.as_ref()).is_some_and(|c| c.ready);
        }
        if self.beside_erased.contains(&context.id.0) {
            inputs.fake = known.and_then(|i| i.fake.clone());
        }
    }
}

/// A store that is being rebuilt.
pub(super) struct Replay<'a> {
    /// What was recorded.
    pub given: &'a Db,
    /// The program over the rebuilt store.
    pub app: &'a App,
    /// Its time.
    pub clock: &'a ReplayClock,
    /// Which.
    pub shop: ShopId,
}

impl Replay<'_> {
    /// Does a page of moments again.
    ///
    /// # Errors
    /// `Db`.
    pub async fn page(&self, page: &[Step]) -> Result<(), AppError> {
        for steps in together(page) {
            let Some(step) = steps.first() else { continue };
            self.clock.set(step.at);
            if step.kind == "claim" {
                self.claim(steps, step.at).await?;
            } else {
                self.step(step).await?;
            }
        }
        Ok(())
    }

    async fn step(&self, step: &Step) -> Result<(), AppError> {
        match step.kind.as_str() {
            "plan" => self.plan(step).await,
            "move" => self.moved(step).await,
            "answer" => self.answer(step).await,
            "recorded" => self.record(step).await,
            // What a provider says when it is asked later can't be asked again; the address is dead all the same.
            "refused" => {
                self.suppression(step.at, true).await?;
                self.record(step).await
            }
            "touch" => self.in_tx(async |tx| Ok(db::replay::touch(self.given, tx, self.shop, step.id).await?)).await,
            "audit" => match db::replay::audited(self.given, self.shop, step.id).await? {
                Some((action, detail)) if action.starts_with("campaign.") => self.campaign(&action, &detail).await,
                _ => self.outside(step).await,
            },
            _ => self.outside(step).await,
        }
    }

    /// What came from outside whatever the campaign: webhooks, settings of the store, what people asked for.
    ///
    /// # Errors
    /// `Db`.
    pub async fn outside(&self, step: &Step) -> Result<(), AppError> {
        match step.kind.as_str() {
            "apply" => self.apply(step).await,
            "request" => self.request(step).await,
            "suppression" => self.suppression(step.at, false).await,
            "audit" => match db::replay::audited(self.given, self.shop, step.id).await? {
                Some((action, detail)) if action == "shop.status" => self.status(&detail).await,
                Some((action, scopes)) if action == install::INSTALLED => self.installed(&scopes).await,
                Some((action, detail)) if action == policies::SET => self.policy(&detail).await,
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    async fn in_tx(&self, act: impl AsyncFnOnce(&mut Tx) -> Result<(), AppError>) -> Result<(), AppError> {
        let mut tx = self.app.db.begin().await?;
        act(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    async fn shop(&self) -> Result<Shop, AppError> {
        db::shops::get(&self.app.db, self.shop).await?.ok_or(AppError::NotFound("store with that id"))
    }

    async fn apply(&self, step: &Step) -> Result<(), AppError> {
        let shop = self.shop().await?;
        let platform = platforms::by_name(&shop.platform).ok_or(AppError::NotFound("platform of that name"))?;
        let ids = db::replay::batch(self.given, self.shop, step.id).await?;
        self.in_tx(async |tx| {
            let pending = db::replay::waiting(tx, self.shop, &ids).await?;
            ingest::apply_given(self.app, tx, (&shop, platform), pending, step.at).await.map(|_| ())
        })
        .await?;
        self.name_carts(&ids).await
    }

    /// Gives fresh carts the ids that they have: an event of the same place in the same webhook is about the same cart.
    async fn name_carts(&self, deliveries: &[Uuid]) -> Result<(), AppError> {
        let recorded = db::replay::events_of(self.given, self.shop, deliveries).await?;
        let fresh = db::replay::events_of(&self.app.db, self.shop, deliveries).await?;
        let mut names: BTreeMap<CartId, CartId> = BTreeMap::new();
        let mut recorded = recorded.into_iter().peekable();
        for (delivery, name, cart) in fresh {
            // An event that is missing on one side must not shift the others.
            while recorded.next_if(|r| (r.0, &r.1) != (delivery, &name) && r.0 <= delivery).is_some() {}
            let Some((_, _, known)) = recorded.next_if(|r| (r.0, &r.1) == (delivery, &name)) else { continue };
            if let (Some(cart), Some(known)) = (cart, known)
                && cart != known
            {
                names.insert(CartId(cart), CartId(known));
            }
        }
        for (from, to) in names {
            if db::replay::has_cart(&self.app.db, self.shop, to).await? || db::replay::has_cart(self.given, self.shop, from).await? {
                continue;
            }
            self.in_tx(async |tx| Ok(db::replay::rename_cart(tx, self.shop, from, to).await?)).await?;
        }
        Ok(())
    }

    async fn plan(&self, step: &Step) -> Result<(), AppError> {
        let (Some(cart), shop) = (step.about, self.shop().await?) else { return Ok(()) };
        self.in_tx(async |tx| {
            let mut carts = db::carts::load(tx, self.shop, &[cart]).await?;
            carts.retain(|c| c.state == CartState::Open);
            plan::plan_given(self.app, tx, &shop, carts, step.at).await?;
            Ok(db::replay::adopt_nudges(self.given, tx, self.shop, CartId(cart)).await?)
        })
        .await
    }

    /// Moves a cart's sequence to the version that it was moved to.
    async fn moved(&self, step: &Step) -> Result<(), AppError> {
        #[derive(serde::Deserialize)]
        struct Moved {
            campaign_id: CampaignId,
            version: i64,
        }
        let inputs = db::replay::decision(self.given, self.shop, step.id).await?.unwrap_or_default();
        let (Some(cart), Ok(Moved { campaign_id, version })) = (step.about.map(CartId), serde_json::from_str(&inputs)) else {
            return Ok(());
        };
        let shop = self.shop().await?;
        self.in_tx(async |tx| {
            let spec = db::campaigns::version(tx, self.shop, campaign_id, version).await?;
            let enrolment = db::moves::of_cart(tx, self.shop, campaign_id, cart).await?;
            let (Some(spec), Some(enrolment)) = (spec, enrolment) else { return Ok(()) };
            let running = db::moves::load(tx, self.shop, &[enrolment]).await?;
            moving::move_given(self.app, tx, &shop, &To { campaign: campaign_id, version, spec }, (running, step.at)).await?;
            Ok(db::replay::adopt_decided_nudges(self.given, tx, self.shop, cart).await?)
        })
        .await
    }

    /// Decides again what one claim took. What is no part of the store is taken as it was: whether a provider was set up, how much its sender had sent, whether the
    /// platform had made a code, and whether a checkout counted as fake that was seen beside one of a person who was erased since.
    async fn claim(&self, steps: &[Step], at: Timestamp) -> Result<(), AppError> {
        let mut recorded: HashMap<Uuid, Option<Inputs>> = HashMap::new();
        for step in steps {
            let Some(nudge) = step.about else { continue };
            let inputs = db::replay::decision(self.given, self.shop, step.id).await?.unwrap_or_default();
            recorded.insert(nudge, serde_json::from_str(&inputs).ok());
        }
        let nudges: Vec<Uuid> = recorded.keys().copied().collect();
        let beside_erased = db::replay::beside_erased(self.given, self.shop, &nudges).await?;
        let shop = self.shop().await?;
        let Some(first) = steps.first() else { return Ok(()) };
        let lease = Self::lease(format!("{HOLDER} {}", first.seq));
        self.in_tx(async |tx| {
            let taken = db::replay::lease(tx, self.shop, &nudges, (&lease, at)).await?;
            let mut known = Recorded { inputs: &recorded, beside_erased: &beside_erased };
            let decided = decide_claimed(self.app, tx, (&shop, &lease), (&taken, at), &mut known).await?;
            db::replay::handed_over(self.given, tx, self.shop, &taken).await?;
            Ok(db::replay::addressed(tx, self.shop, &addressed(&decided.ready)).await?)
        })
        .await
    }

    fn lease(by: String) -> Lease {
        Lease { by, until: Timestamp::MAX }
    }

    async fn answer(&self, step: &Step) -> Result<(), AppError> {
        let (Some(nudge), shop) = (step.about, self.shop().await?) else { return Ok(()) };
        let inputs = db::replay::decision(self.given, self.shop, step.id).await?.unwrap_or_default();
        // What became known in another way, or was recorded before answers were kept, is taken as it was.
        let Ok(answer) = serde_json::from_str::<Answer>(&inputs) else { return self.record(step).await };
        self.in_tx(async |tx| {
            let Some(lease) = db::replay::leased_by(tx, self.shop, nudge).await?.map(Self::lease) else { return Ok(()) };
            for context in db::contexts::load(tx, self.shop, &[nudge]).await? {
                record_answer(self.app, tx, (&shop, &lease), &context, &answer).await?;
            }
            Ok(())
        })
        .await
    }

    async fn record(&self, step: &Step) -> Result<(), AppError> {
        self.in_tx(async |tx| {
            db::replay::record(self.given, tx, self.shop, (step.id, self.app.new_id())).await?;
            match step.about {
                // What was told before counts from now on, if this settled it.
                Some(nudge) => receipts::counted(self.app, tx, self.shop, NudgeId(nudge), step.at).await,
                None => Ok(()),
            }
        })
        .await
    }

    async fn status(&self, status: &str) -> Result<(), AppError> {
        let known = ["active", "paused", "removed"].into_iter().find(|s| *s == status);
        match known {
            Some(status) => shops::set_status(self.app, self.shop, status, ACTOR).await,
            None => Ok(()),
        }
    }

    /// The app was installed: what its removal had stopped goes on.
    async fn installed(&self, scopes: &str) -> Result<(), AppError> {
        self.in_tx(async |tx| install::mark(self.app, tx, self.shop, (scopes, ACTOR)).await).await
    }

    /// Puts the version of the sending policy back that was set then.
    async fn policy(&self, version: &str) -> Result<(), AppError> {
        let Ok(version) = version.parse() else { return Ok(()) };
        match db::policies::version(self.given, self.shop, version).await? {
            Some(row) => self.in_tx(async |tx| Ok(db::policies::add(tx, self.shop, &row).await?)).await,
            None => Ok(()),
        }
    }

    async fn campaign(&self, action: &str, detail: &str) -> Result<(), AppError> {
        let Ok(id) = detail.parse::<CampaignId>() else { return Ok(()) };
        let act = match action {
            "campaign.publish" => Act::Publish,
            "campaign.pause" => Act::Pause,
            "campaign.resume" => Act::Resume,
            _ => Act::Archive,
        };
        if act == Act::Publish {
            self.take_version(id).await?;
        }
        campaigns::redo(self.app, self.shop, id, act).await
    }

    /// Puts the text back that was published next.
    async fn take_version(&self, id: CampaignId) -> Result<(), AppError> {
        let versions = db::campaigns::versions(self.given, self.shop, id).await?;
        self.in_tx(async |tx| {
            let Some(mut row) = db::campaigns::get_in(tx, self.shop, id).await? else { return Ok(()) };
            if let Some((_, spec, _)) = versions.into_iter().find(|(version, ..)| *version == row.version + 1) {
                row.spec = spec;
                db::campaigns::save(tx, self.shop, &row).await?;
            }
            Ok(())
        })
        .await
    }

    async fn request(&self, step: &Step) -> Result<(), AppError> {
        match db::replay::request(self.given, self.shop, step.id).await? {
            Request::OptOut { nudge, cart, channel, only, source } => {
                let Some(row) = db::carts::get(&self.app.db, self.shop, cart).await? else { return Ok(()) };
                let target = db::nudges::target(&self.app.db, self.shop, nudge).await?;
                // Under another campaign that message may not exist: the person is the cart's.
                let Some(contact) = target.map(|t| t.contact_id).or(row.contact_id) else { return Ok(()) };
                let about = preferences::about_written(self.app, self.shop().await?, Written { nudge, cart, contact, channel }).await?;
                preferences::turn_off(self.app, &about, only, &source).await
            }
            Request::Suppress(channel, address, reason) => {
                self.in_tx(async |tx| Ok(db::messages::suppress(tx, self.shop, (channel, &address), &reason, step.at).await?)).await
            }
            Request::Allow(channel, address) => {
                self.in_tx(async |tx| {
                    db::messages::unsuppress(tx, self.shop, channel, &address).await?;
                    Ok(())
                })
                .await
            }
            Request::Fake(cart, fake) => {
                self.in_tx(async |tx| {
                    db::bots::say(tx, self.shop, cart, fake).await?;
                    Ok(())
                })
                .await
            }
            Request::Stop(cart) => self.in_tx(async |tx| cart_acts::stop_given(self.app, tx, self.shop, (cart, step.at)).await).await,
            Request::GoOn(cart) => {
                let shop = self.shop().await?;
                self.in_tx(async |tx| cart_acts::go_on_given(self.app, tx, &shop, (cart, step.at)).await).await
            }
            Request::SendNow(_, nudge) => {
                self.in_tx(async |tx| cart_acts::send_now_given(self.app, tx, self.shop, (nudge, step.at)).await).await
            }
            Request::Forgotten => Ok(()),
        }
    }

    /// Suppressions as they were made at an instant: by somebody before requests were kept, or, as under another campaign, by a provider's refusal.
    ///
    /// # Errors
    /// `Db`.
    pub async fn suppression(&self, at: Timestamp, refused: bool) -> Result<(), AppError> {
        let rows = db::replay::suppression(self.given, self.shop, at, refused).await?;
        self.in_tx(async |tx| {
            for (channel, address, reason) in rows {
                db::messages::suppress(tx, self.shop, (channel, &address), &reason, at).await?;
            }
            Ok(())
        })
        .await
    }
}
