//! A text released to another body goes with its tip.

use super::scene::Scene;
use crate::desk::bench::attribute;

#[test]
fn a_released_text_goes_with_its_tip() {
    let scene = Scene::open();
    let (uid, _) = scene.tip("一", &[]);
    let lead = scene.lead(&uid);
    lead.open(&uid);
    let page = lead.tip(&uid);
    let body = attribute(&page, "#excerpt-to input", "name");
    assert_eq!(lead.fill(&page, "excerpt", &[("text", "只有这一句"), (&body, "yes")]).status, 303);
    let closing = [("outcome", "unfounded"), ("reason", "查无此事")];
    assert_eq!(lead.fill(&lead.tip(&uid), "close", &closing).status, 303);
    assert_eq!(scene.count("excerpts"), 1);

    assert!(scene.days(500));

    assert_eq!((scene.count("excerpts"), scene.count("envelopes"), scene.count("tips")), (0, 0, 0));
}
