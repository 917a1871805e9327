//! What the shop sells. A real one has a table; what matters is that prices are the shop's own, whatever a browser says.

use super::money::Fen;

/// Something to buy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thing {
    /// What a browser names.
    pub id: &'static str,
    /// Its name in Chinese, which is what the payer reads in WeChat.
    pub name: &'static str,
    /// Its name in English, for the page.
    pub english: &'static str,
    /// What it costs.
    pub price: Fen,
    /// What its maker gets of the price, in ten-thousandths; 0 if the shop made it itself. WeChat Pay shares 30 % at most.
    pub maker_share: u32,
}

/// All of them.
pub const GOODS: &[Thing] = &[
    Thing {
        id: "tea", name: "龙井茶 50 克", english: "Longjing tea, 50 g", price: Fen::new(6_800), maker_share: 0
    },
    Thing { id: "cup", name: "手工茶杯", english: "A hand-made cup", price: Fen::new(12_900), maker_share: 2_000 },
    Thing { id: "taste", name: "试饮一杯", english: "A cup to taste", price: Fen::new(100), maker_share: 0 },
];

/// The thing of an id.
pub fn thing(id: &str) -> Option<&'static Thing> {
    GOODS.iter().find(|thing| thing.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sold_can_be_ordered() {
        for thing in GOODS {
            assert_eq!(super::thing(thing.id), Some(thing), "an id stands for one thing");
            assert!(thing.price > Fen::ZERO && thing.maker_share <= 3_000, "{}", thing.id);
            // The description of an order has 127 characters at most.
            assert!(thing.name.chars().count() <= 127, "{}", thing.id);
        }
        assert_eq!(super::thing("gold"), None);
    }
}
