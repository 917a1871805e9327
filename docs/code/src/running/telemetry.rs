use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanExporter};
use tracing_subscriber::layer::SubscriberExt as _;

/// The subscriber goes to `tracing::subscriber::set_global_default` when the server
/// starts; `shutdown()` of the provider, when it ends, sends the last spans.
pub fn telemetry(
    exporter: impl SpanExporter + 'static,
) -> (impl tracing::Subscriber + Send + Sync, SdkTracerProvider) {
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).build();
    let spans = tracing_opentelemetry::layer().with_tracer(provider.tracer("shop"));
    (tracing_subscriber::registry().with(spans), provider)
}
