//! What the cells of a column are, told by its name.

/// What the cells of a bill's column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ColumnKind {
    /// An amount in yuan (元), with up to five decimals.
    Money,
    /// A number of rows.
    Count,
    /// Anything else.
    Text,
}

impl ColumnKind {
    /// What the cells of the column with this name are, in a bill's table or in its summary.
    ///
    /// ```
    /// use wechatpay_chain::ColumnKind;
    ///
    /// assert_eq!(ColumnKind::of("应结订单金额"), ColumnKind::Money);
    /// assert_eq!(ColumnKind::of("总交易单数"), ColumnKind::Count);
    /// assert_eq!(ColumnKind::of("费率"), ColumnKind::Text);
    /// ```
    pub fn of(name: &str) -> Self {
        let name = name.trim_end_matches("(元)").trim_end_matches("（元）");
        let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
        if ends(&["金额", "手续费", "结余"]) {
            Self::Money
        } else if ends(&["单数", "笔数", "条数"]) {
            Self::Count
        } else {
            Self::Text
        }
    }
}
