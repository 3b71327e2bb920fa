namespace TempoCos.TempoStackDeployer.Reach;

/// <summary>Opens a connection to where an endpoint is; the stream is the caller's.</summary>
internal delegate ValueTask<Stream> Connect(CancellationToken cancellationToken);
