//! Which sensitive fields a chain encrypts.

use super::chain::Chain;
use crate::error::ErrorKind;

impl Chain {
    /// Encrypts a field of the payload, given in plain text, before it is signed; `*` in the pointer means every item.
    ///
    /// The field must be there, in every item too. The `Wechatpay-Serial` header names the key; one set by the caller
    /// chooses it.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # use wechatpay_chain::json;
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # let wxpay = gateway.client()?;
    /// let chain = wxpay
    ///     .chain("v3/profitsharing/orders")
    ///     .encrypt_if_present("/receivers/*/name");
    /// let share = |account: &str| json!({"type": "MERCHANT_ID", "account": account, "amount": 1, "description": "share"});
    /// let mut named = share("86693852");
    /// named["name"] = json!("张三");
    /// chain.post(json!({
    ///     "transaction_id": "4208450740201411110007820472", "out_order_no": "P20150806125346",
    ///     "unfreeze_unsplit": true, "receivers": [named, share("86693853")],
    /// }))?;
    /// // The stand-in holds the platform's private key, and shows what it decrypted.
    /// assert_eq!(gateway.calls()[0].json()["receivers"][0]["name"], "张三");
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn encrypt(&self, pointer: impl Into<String>) -> Self {
        self.with_field(pointer.into(), true)
    }

    /// Encrypts a field as [`encrypt`](Self::encrypt) does where it is present; absent, null or empty it is left alone.
    pub fn encrypt_if_present(&self, pointer: impl Into<String>) -> Self {
        self.with_field(pointer.into(), false)
    }

    /// [`encrypt`](Self::encrypt) for several fields.
    pub fn encrypt_all<P: Into<String>>(&self, pointers: impl IntoIterator<Item = P>) -> Self {
        pointers.into_iter().fold(self.clone(), |chain, pointer| chain.encrypt(pointer))
    }

    /// Encrypts the value of a query parameter that [`query`](Self::query) adds.
    pub fn encrypt_query(&self, name: impl Into<String>) -> Self {
        let name = name.into();
        self.with(|call| call.encrypt_query.push(name))
    }

    /// Encrypts whatever the catalogue says goes over the wire encrypted: members of the payload and parameters of the query, given in
    /// plain text.
    ///
    /// Asked for are the members of the verb and the path of the terminal. What is there as a text that is not empty is encrypted, lists
    /// item by item; absent, null and empty members are left alone. A text that is ciphertext already is sent as it is: a
    /// `Wechatpay-Serial` set by the caller says for which key, else the current one is named. A member that [`encrypt`](Self::encrypt)
    /// names too is encrypted once. Where nothing is encrypted no key is needed.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # use wechatpay_chain::{Method, json, path};
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # let receiver = json!({"type": "MERCHANT_ID", "account": "86693852", "relation_type": "STORE"});
    /// # gateway.on(Method::POST, "v3/profitsharing/receivers/add").reply(receiver);
    /// # let wxpay = gateway.client()?;
    /// wxpay.chain(path!("v3/profitsharing/receivers/add")).encrypt_known().post(json!({
    ///     "appid": "wx8888888888888888",
    ///     "type": "MERCHANT_ID",
    ///     "account": "86693852",
    ///     "name": "张三的店",
    ///     "relation_type": "STORE",
    /// }))?;
    /// // It went out encrypted; the stand-in holds the platform's private key, and shows what it decrypted.
    /// let call = &gateway.calls()[0];
    /// assert!(!String::from_utf8_lossy(call.body()).contains("张三"));
    /// assert_eq!(call.json()["name"], "张三的店");
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    ///
    /// The terminal's errors are of the kind `Request`, and nothing is sent: verb and path that the catalogue does not know together,
    /// because nobody can say what would have to be encrypted; a member that is there and is no text; ciphertext in a member that
    /// `encrypt` names too; a payload that is not JSON where members of it are encrypted; uploads, and APIv2.
    #[cfg(feature = "catalog")]
    #[cfg_attr(docsrs, doc(cfg(feature = "catalog")))]
    pub fn encrypt_known(&self) -> Self {
        self.with(|call| call.known = Some(crate::request::known::lookup))
    }

    fn with_field(&self, pointer: String, required: bool) -> Self {
        self.with(|call| {
            if !pointer.starts_with('/') {
                call.fail(ErrorKind::Request, format!("encrypt: the pointer {pointer:?} does not begin with `/`"));
            }
            match call.encrypt.iter_mut().find(|(known, _)| *known == pointer) {
                Some((_, known)) => *known |= required,
                None => call.encrypt.push((pointer, required)),
            }
        })
    }
}
