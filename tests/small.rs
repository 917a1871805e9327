//! A client is small beside its keys: what it keeps is pinned here, in a binary of its own because it counts what all threads allocate.
#![cfg(all(feature = "async", feature = "tls"))]

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use wechatpay_chain::{Client, PrivateKey, PublicKey};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What one client may keep, but for its keys, and what building one may allocate.
const KEPT: usize = 2304;
const ALLOCATIONS: usize = 80;

const CLIENTS: usize = 100;
const KEY: &str = include_str!("fixtures/merchant_key.pem");
const PLATFORM: &str = include_str!("fixtures/wechatpay_public.pem");

#[test]
fn a_client_keeps_little_beside_its_keys() {
    let (key, platform) = (PrivateKey::from_pem(KEY).unwrap(), PublicKey::from_pem(PLATFORM).unwrap());
    let build = |number: usize| {
        Client::builder()
            .mchid(format!("{}", 1_900_000_000 + number))
            .serial("3775B6A45ACD588826D15E583A95F5DD3775B6A4")
            .private_key(key.clone())
            .platform_key("PUB_KEY_ID_0114232134912410000000000000", platform.clone())
            .api_v3_key("0123456789abcdef0123456789abcdef")
            .build()
            .unwrap()
    };
    // The first one makes what all of them share.
    let _first = build(0);
    let mut clients = Vec::with_capacity(CLIENTS);
    let region = Region::new(ALLOCATOR);
    clients.extend((1..=CLIENTS).map(build));
    let stats = region.change();
    let grown = stats.bytes_allocated - stats.bytes_deallocated;
    let kept = grown / CLIENTS;
    let allocations = (stats.allocations + stats.reallocations) / CLIENTS;
    println!("{kept} bytes kept, {allocations} allocations, {} bytes allocated", stats.bytes_allocated / CLIENTS);
    assert!(kept <= KEPT, "{kept} bytes, {KEPT} are allowed");
    assert!(allocations <= ALLOCATIONS, "{allocations} allocations, {ALLOCATIONS} are allowed");
    // Counted at all: number, serial and APIv3 key alone are more than this.
    assert!(kept > 80 && clients.len() == CLIENTS);
}
