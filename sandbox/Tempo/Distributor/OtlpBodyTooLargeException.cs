namespace TempoCos.Tempo.Distributor;

/// <summary>The body, as sent or decompressed, has more bytes than allowed.</summary>
public sealed class OtlpBodyTooLargeException() : Exception("http: request body too large");
