namespace TempoCos.IbmCloud.ObjectStorage.Authentication;

/// <summary>The outcome of authentication: who it is, and how the body is to be read and checked.</summary>
public sealed record S3Identity(S3Principal Principal, PayloadMode Mode, string? PayloadHash, ChunkSigner? Signer);
