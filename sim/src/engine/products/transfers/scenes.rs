//! What each scene of a transfer wants to be told, and what the payer may be told: the official page's table.

/// A scene: its id, what has to be reported, and what the payer reads.
struct Scene {
    id: &'static str,
    reports: &'static [&'static str],
    perceptions: &'static [&'static str],
}

const fn scene(id: &'static str, reports: &'static [&'static str], perceptions: &'static [&'static str]) -> Scene {
    Scene { id, reports, perceptions }
}

/// Scenes that the page does not list may be reported as anybody likes.
const SCENES: &[Scene] = &[
    scene("1000", &["活动名称", "奖励说明"], &["活动奖励", "现金奖励"]),
    scene("1002", &["补贴类型"], &["行政补贴", "行政奖励"]),
    scene("1004", &["保险产品备案编号", "保险名称", "保险操作单号"], &["保险理赔款"]),
    scene("1005", &["岗位类型", "报酬说明"], &["劳务报酬", "报销款", "企业补贴", "开工利是"]),
    scene("1009", &["采购商品名称"], &["货款"]),
    scene("1010", &["回收商品名称"], &["二手回收货款"]),
    scene("1011", &["赔付原因"], &["退款", "商家赔付"]),
    scene("1013", &["公益活动名称", "公益活动备案编号"], &["公益补助金"]),
];

fn known(id: &str) -> Option<&'static Scene> {
    SCENES.iter().find(|scene| scene.id == id)
}

/// The first kind of report that a scene wants and that is not among these.
pub(super) fn missing_report(id: &str, reported: &[&str]) -> Option<&'static str> {
    known(id)?.reports.iter().find(|wanted| !reported.contains(wanted)).copied()
}

/// Whether a payer can be told this in a scene.
pub(super) fn has_perception(id: &str, perception: &str) -> bool {
    known(id).is_none_or(|scene| scene.perceptions.contains(&perception))
}
