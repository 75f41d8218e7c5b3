//! The acts around a claim's end: a colleague takes over, the holder passes the tip by, or time takes it back.

use serde_json::json;

use super::{ActRefused, Decided, Hand, LONGEST_REASON, notices_to_actors, typed};
use crate::audit::Actor;
use crate::clock::Timestamp;
use crate::notify::NoticeKind;
use crate::plan::{AgencyCode, Urgency};
use crate::triage::keys::TipKeys;
use crate::triage::lease::Skip;
use crate::triage::status::{Act, NotNow};
use crate::triage::tip::Tip;
use crate::vault::compartment::Compartment;
use crate::vault::entropy::Entropy;

/// Takes a tip out of a colleague's hands, with a reason; `holder` is who has it, and for which agency. Only within one agency: the lead
/// takes over from another one by claiming.
pub fn take_over(
    hand: &Hand<'_>,
    tip: &Tip,
    holder: Option<(i64, AgencyCode)>,
    keys: &TipKeys,
    reason: &str,
) -> Result<Decided, ActRefused> {
    let Some((_, agency)) = holder.filter(|(id, _)| *id != hand.officer.id) else {
        return Err(ActRefused::Unchanged);
    };
    if agency != hand.officer.agency {
        return Err(ActRefused::HeldByColleague);
    }
    let reason = typed(reason, LONGEST_REASON)?;
    let detail = json!({ "agency": hand.officer.agency });
    let decided = Decided::of(hand, tip, Act::TakeOver, detail)?;
    let case = keys.get(Compartment::Case)?;
    let mut decided = decided.with_reason(hand, tip, case, &json!({ "reason": reason }));
    decided.claimed_by = Some(hand.officer.id);
    Ok(decided)
}

/// Passes a tip by: it stands in the queue again. Why is a code that whoever heads the agency sees; words are sealed,
/// and asked for where the code says nothing.
pub fn skip(
    hand: &Hand<'_>,
    tip: &Tip,
    keys: &TipKeys,
    why: Skip,
    words: &str,
) -> Result<Decided, ActRefused> {
    if tip.claimed_by != Some(hand.officer.id) {
        return Err(ActRefused::HeldByColleague);
    }
    let detail = json!({ "agency": hand.officer.agency, "skip": why.as_str() });
    let mut decided = Decided::of(hand, tip, Act::Skip, detail)?;
    if why == Skip::Other || !words.trim().is_empty() {
        let reason = typed(words, LONGEST_REASON)?;
        let case = keys.get(Compartment::Case)?;
        decided = decided.with_reason(hand, tip, case, &json!({ "reason": reason }));
    }
    decided.claimed_by = None;
    decided.acted = None;
    decided.skipped = Some((hand.officer.id, why));
    if tip.placement.urgency != Urgency::Normal {
        decided.notices = notices_to_actors(tip, NoticeKind::Act, decided.minute, hand.entropy);
    }
    Ok(decided)
}

/// Time takes a tip back from whoever walked away; its lead hears of it.
pub fn lapse(tip: &Tip, now: Timestamp, entropy: &dyn Entropy) -> Result<Decided, NotNow> {
    let mut decided = Decided::by(Actor::System, (now, entropy), tip, Act::Lapse, json!({}))?;
    decided.claimed_by = None;
    // Nobody is at work on it any more: the clock to an action runs again.
    decided.acted = None;
    decided.notices = notices_to_actors(tip, NoticeKind::Act, now.minute(), entropy);
    Ok(decided)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::officer::Officer;
    use crate::triage::status::Status;
    use crate::triage::town::{NOW, Town, officer};

    struct Scene {
        town: Town,
        tip: Tip,
        keys: TipKeys,
        officer: Officer,
    }

    impl Scene {
        /// A claimed tip in the hands of officer 9.
        fn new() -> Self {
            let town = Town::new();
            let (tip, keys, _) = town.tip(&Town::facts("child_labour", Some("120114"), None, &[]), false);
            let officer = officer(&tip.placement.lead.to_string());
            Self { town, tip, keys, officer }
        }

        fn hand(&self) -> Hand<'_> {
            Hand { officer: &self.officer, now: NOW, entropy: &self.town.entropy }
        }
    }

    #[test]
    fn a_colleague_takes_over_with_a_reason_and_nobody_else_does() {
        let mut scene = Scene::new();
        let holder = scene.officer.clone();
        scene.officer.id = 4;
        let over = |holder: &Officer, reason: &str| {
            take_over(&scene.hand(), &scene.tip, Some((holder.id, holder.agency)), &scene.keys, reason)
        };
        let taken = over(&holder, "同事下班").unwrap();
        assert_eq!((taken.claimed_by, taken.status), (Some(4), Status::Claimed));
        assert!(taken.event.sealed.is_some());
        assert_eq!(over(&holder, " ").err(), Some(ActRefused::Empty));
        assert_eq!(over(&officer("psb"), "x").err(), Some(ActRefused::HeldByColleague));
        assert_eq!(over(&scene.officer, "x").err(), Some(ActRefused::Unchanged));
        let free = take_over(&scene.hand(), &scene.tip, None, &scene.keys, "x");
        assert_eq!(free.err(), Some(ActRefused::Unchanged));
    }

    #[test]
    fn whoever_passes_it_by_says_why_and_only_the_holder_does() {
        let mut scene = Scene::new();
        let passed = skip(&scene.hand(), &scene.tip, &scene.keys, Skip::Language, "").unwrap();
        assert_eq!((passed.status, passed.claimed_by), (Status::New, None));
        assert_eq!(passed.skipped, Some((9, Skip::Language)));
        assert_eq!(
            (passed.event.detail["skip"].as_str(), passed.event.sealed.is_none()),
            (Some("language"), true)
        );

        let wordless = skip(&scene.hand(), &scene.tip, &scene.keys, Skip::Other, " ");
        assert_eq!(wordless.err(), Some(ActRefused::Empty));
        let said = skip(&scene.hand(), &scene.tip, &scene.keys, Skip::Other, "认识当事人家属").unwrap();
        assert!(said.event.sealed.is_some() && !said.event.detail.to_string().contains("家属"));

        scene.officer.id = 4;
        let foreign = skip(&scene.hand(), &scene.tip, &scene.keys, Skip::Language, "");
        assert_eq!(foreign.err(), Some(ActRefused::HeldByColleague));
    }

    #[test]
    fn time_takes_back_what_nobody_decided_and_nothing_else() {
        let mut scene = Scene::new();
        let lapsed = lapse(&scene.tip, NOW, &scene.town.entropy).unwrap();
        assert_eq!((lapsed.status, lapsed.claimed_by, lapsed.acted), (Status::New, None, None));
        assert!(!lapsed.notices.is_empty());
        scene.tip.status = Status::Accepted;
        assert!(lapse(&scene.tip, NOW, &scene.town.entropy).is_err());
    }
}
