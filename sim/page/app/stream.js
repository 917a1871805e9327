// The stream of changes. It comes back after an outage, at the event after the last one that was seen.

const KINDS = ["order", "refund", "transfer", "sharing", "return", "complaint", "notice", "call", "fault", "clock",
  "settings"];
const AGAIN_MS = 500;

/** Calls `changed` for each event, and `online` with true or false as the stream comes and goes. */
export function follow({ changed, online }) {
  let last = null;
  const open = () => {
    const source = new EventSource(`/_/api/events${last === null ? "" : `?last-event-id=${last}`}`);
    source.onopen = () => online(true);
    source.onerror = () => {
      source.close();
      online(false);
      setTimeout(open, AGAIN_MS);
    };
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        last = event.lastEventId;
        changed(JSON.parse(event.data));
      });
    }
  };
  open();
}
