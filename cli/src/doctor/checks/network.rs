//! The way to the gateway, step by step: name, proxy, TCP, TLS.

use crate::base::text::{Text, text};
use crate::doctor::check::{Check, Group, Outcome};
use crate::doctor::facts::{Facts, hosts};
use crate::doctor::online::Online;
use crate::doctor::verdict::{Reason, Verdict};

pub(in crate::doctor) const CHECKS: &[Check] = &[
    Check::online("dns", Group::Network, ("the addresses of the gateway's name", "网关域名解析"), dns)
        .needs(&["client.builds"]),
    Check::online(
        "proxy.connect",
        Group::Network,
        ("whether the proxy connects to the gateway", "代理能否连到网关"),
        proxy,
    )
    .needs(&["proxy.scheme", "client.builds"]),
    Check::online("tcp", Group::Network, ("whether the gateway takes connections", "网关能否建立 TCP 连接"), tcp)
        .needs(&["dns"]),
    Check::online("tls.chain", Group::Network, ("whether its certificate is trusted", "服务器证书链是否可信"), chain)
        .needs(&["tcp", "proxy.connect"]),
    Check::online(
        "tls.name",
        Group::Network,
        ("whether its certificate is the host's", "服务器证书域名是否一致"),
        name,
    )
    .needs(&["tls.chain"]),
];

fn dns(_: &Facts, online: &Online) -> Outcome {
    let way = online.way();
    if way.is_address() || way.via().is_some() {
        return Err(Reason::NotApplicable);
    }
    let host = way.host();
    Ok(match way.addresses() {
        Err(why) => Verdict::fail(
            text!("{host} has no address: {why}", "{host} 解析失败：{why}"),
            Text::new("check DNS and the file hosts", "检查 DNS 与 hosts 文件"),
        ),
        Ok(found) => {
            let addresses: Vec<_> = found.iter().map(|address| address.ip().to_string()).collect();
            let all = addresses.join(", ");
            match hosts::is_wechat(host) && found.iter().any(|address| hosts::is_private(address.ip())) {
                true => Verdict::warn(
                    text!("{host} is at {all}, in a private network", "{host} 解析到内网地址 {all}"),
                    Text::new("check DNS and the file hosts", "检查 DNS 与 hosts 文件"),
                ),
                false => Verdict::ok(text!("{host} is at {all}", "{host} 解析为 {all}")),
            }
            .seen(all)
        }
    })
}

fn proxy(_: &Facts, online: &Online) -> Outcome {
    let way = online.way();
    let via = way.via().ok_or(Reason::NotConfigured)?;
    let (proxy, host) = (via.uri().host().unwrap_or_default(), way.host());
    Ok(match way.proxy() {
        Ok(()) => Verdict::ok(text!("the proxy {proxy} connects to {host}", "代理 {proxy} 可连到 {host}")).seen(proxy),
        Err(why) => Verdict::fail(
            text!("the proxy {proxy} does not connect to {host}: {why}", "代理 {proxy} 无法连到 {host}：{why}"),
            Text::new("check the proxy, its user and password, and what it allows", "检查代理地址、账号与放行规则"),
        )
        .seen(proxy),
    })
}

fn tcp(_: &Facts, online: &Online) -> Outcome {
    let way = online.way();
    if way.via().is_some() {
        return Err(Reason::NotApplicable);
    }
    let host = way.host();
    Ok(match way.tcp() {
        Ok(()) => Verdict::ok(text!("{host} takes connections", "可连到 {host}")),
        Err(why) => Verdict::fail(
            text!("no connection to {host}: {why}", "无法连到 {host}：{why}"),
            Text::new("let the firewall pass outgoing connections to port 443", "防火墙放行出站 443 端口"),
        )
        .seen(host),
    })
}

fn chain(_: &Facts, online: &Online) -> Outcome {
    let way = online.way();
    if !way.is_tls() {
        return Err(Reason::NotApplicable);
    }
    let shaken = way.tls();
    let issuer = shaken.issuer.as_deref().unwrap_or("?");
    let verdict = match &shaken.chain {
        Ok(()) => Verdict::ok(text!("a trusted certificate, issued by {issuer}", "证书可信，签发者 {issuer}")),
        Err(why) => Verdict::fail(
            text!("TLS fails: {why}; the certificate's issuer: {issuer}", "TLS 失败：{why}；证书签发者：{issuer}"),
            Text::new(
                "remove what intercepts the connection, or give its CA by `--ca FILE`",
                "排除拦截连接的中间设备，或用 `--ca 文件` 指定其 CA",
            ),
        ),
    };
    Ok(verdict.seen(issuer))
}

fn name(_: &Facts, online: &Online) -> Outcome {
    let way = online.way();
    if !way.is_tls() {
        return Err(Reason::NotApplicable);
    }
    let host = way.host();
    Ok(match &way.tls().name {
        Ok(()) => Verdict::ok(text!("the certificate is of {host}", "证书属于 {host}")),
        Err(why) => Verdict::fail(
            text!("the certificate is of another host than {host}: {why}", "证书不属于 {host}：{why}"),
            Text::new("check the host of the base URI, DNS and the file hosts", "检查网关域名、DNS 与 hosts 文件"),
        )
        .wanted(host),
    })
}
