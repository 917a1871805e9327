"""What the chapters share: the control API over HTTP, a merchant that signs, a receiver of notices, and the stream of events."""
