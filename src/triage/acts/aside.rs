//! The acts around setting aside: setting a tip aside, taking it back, and the second look that agrees or does not.

use serde_json::{Value, json};

use super::{ActRefused, Decided, Hand, LONGEST_REASON, notice_to_lead, notices_to_actors, typed};
use crate::notify::NoticeKind;
use crate::plan::{Calendar, Urgency};
use crate::triage::aside::{Noise, Risk, Sign, look_by, sign};
use crate::triage::keys::TipKeys;
use crate::triage::status::Act;
use crate::triage::tip::Tip;
use crate::vault::compartment::Compartment;
use crate::vault::entropy::bytes;

/// Why a tip is set aside, as typed.
#[derive(Clone, Copy)]
pub struct SettingAside<'a> {
    /// Why.
    pub noise: Noise,
    /// In words; for the handling agencies. May be empty unless the lane is immediate.
    pub reason: &'a str,
    /// Whether the officer has said that nobody is in danger: asked in the immediate lane.
    pub confirmed: bool,
    /// Whether another agency is at work on it: it is not taken out of the hands of whoever acts first.
    pub held_elsewhere: bool,
}

/// Sets a tip aside. A second person looks at it where there is a sign of risk, and at one in ten of the rest.
///
/// In the immediate lane it takes a reason in words and a confirmation: one key too many must not do it.
pub fn set_aside(
    hand: &Hand<'_>,
    (tip, risk): (&Tip, Risk),
    keys: &TipKeys,
    calendar: &Calendar,
    asked: &SettingAside<'_>,
) -> Result<Decided, ActRefused> {
    let immediate = tip.placement.urgency == Urgency::Immediate;
    if asked.held_elsewhere {
        return Err(ActRefused::HeldByColleague);
    }
    if immediate && !asked.confirmed {
        return Err(ActRefused::Unconfirmed);
    }
    let reason = match asked.reason.trim() {
        "" if !immediate => "",
        _ => typed(asked.reason, LONGEST_REASON)?,
    };
    let sign = sign(tip, risk, bytes::<1>(hand.entropy)[0]);
    let detail = json!({ "agency": hand.officer.agency, "look": sign.is_some() });
    let case = keys.get(Compartment::Case)?;
    // What called the second person may tell of another tip: it is sealed with the reason.
    let why = json!({ "noise": asked.noise.as_str(), "reason": reason, "look": sign.map(Sign::as_str) });
    let mut decided = Decided::of(hand, tip, Act::SetAside, detail)?.with_reason(hand, tip, case, &why);
    decided.claimed_by = Some(hand.officer.id);
    decided.look_by = sign.map(|_| look_by(calendar, tip.placement.urgency, decided.minute));
    if sign.is_some() {
        decided.notices.push(notice_to_lead(tip, NoticeKind::Approve, decided.minute, hand.entropy));
    }
    Ok(decided)
}

/// Takes a tip that was set aside to work on after all: an undone slip, or a better thought. Its clock runs on from
/// the start.
pub fn take_back(hand: &Hand<'_>, tip: &Tip) -> Result<Decided, ActRefused> {
    let mut decided = Decided::of(hand, tip, Act::TakeBack, by(hand))?;
    decided.claimed_by = Some(hand.officer.id);
    decided.notices = notices_to_actors(tip, NoticeKind::Act, decided.minute, hand.entropy);
    Ok(decided)
}

/// The second person agrees. Whoever set it aside does not look a second time.
pub fn uphold(hand: &Hand<'_>, tip: &Tip) -> Result<Decided, ActRefused> {
    let mut decided = second(hand, tip, Act::Uphold)?;
    decided.look_by = None;
    // What is kept for a time is kept from here on.
    decided.closed = Some(decided.minute);
    Ok(decided)
}

/// The second person does not agree: the tip stands in its agency's queue again, in nobody's hands.
pub fn put_back(hand: &Hand<'_>, tip: &Tip) -> Result<Decided, ActRefused> {
    let mut decided = second(hand, tip, Act::PutBack)?;
    decided.claimed_by = None;
    decided.acted = None;
    decided.notices = notices_to_actors(tip, NoticeKind::Act, decided.minute, hand.entropy);
    Ok(decided)
}

fn second(hand: &Hand<'_>, tip: &Tip, act: Act) -> Result<Decided, ActRefused> {
    let decided = Decided::of(hand, tip, act, by(hand))?;
    if tip.claimed_by == Some(hand.officer.id) {
        return Err(ActRefused::OwnLook);
    }
    let Some(by) = tip.look_by else { return Err(ActRefused::Unchanged) };
    if hand.officer.agency != tip.placement.lead && by >= decided.minute {
        return Err(ActRefused::TooSoon);
    }
    Ok(decided)
}

fn by(hand: &Hand<'_>) -> Value {
    json!({ "agency": hand.officer.agency })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::officer::Officer;
    use crate::triage::status::{NotNow, Status};
    use crate::triage::town::{NOW, Town, officer};

    struct Scene {
        town: Town,
        tip: Tip,
        keys: TipKeys,
        officer: Officer,
    }

    impl Scene {
        fn new(urgency: Urgency) -> Self {
            let town = Town::new();
            let (mut tip, keys, _) = town.tip(&Town::facts("undetermined", None, None, &[]), false);
            (tip.placement.urgency, tip.has_minor) = (urgency, false);
            let officer = officer(&tip.placement.lead.to_string());
            Self { town, tip, keys, officer }
        }

        fn hand(&self) -> Hand<'_> {
            Hand { officer: &self.officer, now: NOW, entropy: &self.town.entropy }
        }

        fn aside(&self, risk: Risk, reason: &str, confirmed: bool) -> Result<Decided, ActRefused> {
            let asked = SettingAside { noise: Noise::Spam, reason, confirmed, held_elsewhere: false };
            let calendar = self.town.plan.calendar();
            set_aside(&self.hand(), (&self.tip, risk), &self.keys, calendar, &asked)
        }

        /// The tip as it stands once it was set aside by officer 4.
        fn lying(urgency: Urgency) -> Self {
            let mut scene = Self::new(urgency);
            let tip = &mut scene.tip;
            (tip.status, tip.claimed_by) = (Status::SetAside, Some(4));
            (tip.closed, tip.look_by) = (Some(NOW.minute()), Some(NOW.minute().plus(120)));
            scene
        }
    }

    #[test]
    fn noise_goes_at_once_and_its_clock_is_not_said_to_be_kept() {
        let scene = Scene::new(Urgency::Normal);
        let decided = scene.aside(Risk::default(), "", false).unwrap();
        assert_eq!((decided.status, decided.claimed_by), (Status::SetAside, Some(9)));
        assert_eq!((decided.acted, decided.closed), (None, Some(NOW.minute())));
        assert_eq!((decided.event.kind, decided.audit.act), ("set_aside", "tip.set_aside"));
        assert!(decided.event.sealed.is_some());
        assert!(!decided.event.detail.to_string().contains("spam"), "why it was set aside is sealed");
    }

    #[test]
    fn what_has_a_sign_of_risk_is_looked_at_by_a_second_person() {
        let scene = Scene::new(Urgency::Urgent);
        let decided = scene.aside(Risk::default(), "", false).unwrap();
        assert_eq!(decided.look_by, Some(NOW.minute().plus(120)));
        assert_eq!(decided.event.detail["look"], true);
        assert_eq!(decided.notices.len(), 1);

        let scene = Scene::new(Urgency::Normal);
        let linked = Risk { linked: true, ..Risk::default() };
        let decided = scene.aside(linked, "", false).unwrap();
        assert!(decided.look_by.is_some() && !decided.event.detail.to_string().contains("linked"));
    }

    #[test]
    fn where_somebody_may_be_in_danger_it_takes_words_and_a_confirmation() {
        let scene = Scene::new(Urgency::Immediate);
        assert_eq!(scene.aside(Risk::default(), "广告", false).err(), Some(ActRefused::Unconfirmed));
        assert_eq!(scene.aside(Risk::default(), " ", true).err(), Some(ActRefused::Empty));
        let long = "字".repeat(LONGEST_REASON + 1);
        assert_eq!(
            scene.aside(Risk::default(), &long, true).err(),
            Some(ActRefused::TooLong(LONGEST_REASON))
        );
        let decided = scene.aside(Risk::default(), "回拨核实，是广告", true).unwrap();
        assert_eq!(decided.look_by, Some(NOW.minute().plus(15)));
    }

    #[test]
    fn whoever_set_it_aside_takes_it_back_and_the_clock_runs_from_the_start() {
        let mut scene = Scene::lying(Urgency::Urgent);
        scene.officer.id = 4;
        let taken = take_back(&scene.hand(), &scene.tip).unwrap();
        assert_eq!((taken.status, taken.claimed_by, taken.reopened), (Status::Claimed, Some(4), true));
        assert_eq!((taken.acted, taken.closed, taken.look_by), (None, None, None));

        scene.tip.status = Status::Claimed;
        let refused = NotNow { status: Status::Claimed, act: Act::TakeBack };
        assert_eq!(take_back(&scene.hand(), &scene.tip).err(), Some(refused.into()));
    }

    #[test]
    fn a_second_person_agrees_or_puts_it_back_and_nobody_looks_twice() {
        let scene = Scene::lying(Urgency::Urgent);
        let upheld = uphold(&scene.hand(), &scene.tip).unwrap();
        assert_eq!((upheld.status, upheld.look_by, upheld.reopened), (Status::SetAside, None, false));
        assert_eq!(upheld.closed, Some(NOW.minute()));

        let back = put_back(&scene.hand(), &scene.tip).unwrap();
        assert_eq!((back.status, back.claimed_by, back.look_by), (Status::New, None, None));
        assert_eq!(back.notices.len(), 1);

        let mut own = Scene::lying(Urgency::Urgent);
        own.officer.id = 4;
        assert_eq!(uphold(&own.hand(), &own.tip).err(), Some(ActRefused::OwnLook));
        assert_eq!(put_back(&own.hand(), &own.tip).err(), Some(ActRefused::OwnLook));
    }

    #[test]
    fn the_body_above_waits_until_the_time_is_over_and_nothing_is_taken_from_whoever_acts_first() {
        let mut scene = Scene::lying(Urgency::Urgent);
        scene.officer.agency = "jointconf".parse().unwrap();
        assert_eq!(uphold(&scene.hand(), &scene.tip).err(), Some(ActRefused::TooSoon));
        scene.tip.look_by = Some(NOW.minute().plus(-1));
        assert!(uphold(&scene.hand(), &scene.tip).is_ok());

        let scene = Scene::new(Urgency::Normal);
        let asked = SettingAside { noise: Noise::Spam, reason: "", confirmed: false, held_elsewhere: true };
        let calendar = scene.town.plan.calendar();
        let refused = set_aside(&scene.hand(), (&scene.tip, Risk::default()), &scene.keys, calendar, &asked);
        assert_eq!(refused.err(), Some(ActRefused::HeldByColleague));
    }

    #[test]
    fn what_nobody_must_look_at_is_not_looked_at_twice() {
        let mut scene = Scene::lying(Urgency::Normal);
        scene.tip.look_by = None;
        assert_eq!(uphold(&scene.hand(), &scene.tip).err(), Some(ActRefused::Unchanged));
    }
}
