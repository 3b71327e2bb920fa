using System.Security.Cryptography;
using Google.Protobuf;
using TempoCos.Otlp;

namespace TempoCos.Traces;

/// <summary>
/// The content hash of a manifest: SHA-256 over the OTLP protobuf bytes (fields in the order of their numbers) of all traces in the order of
/// their indexes, which is the hash of the one TracesData message that holds them all.
/// </summary>
public sealed class TraceHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds the next trace.</summary>
    public void Add(TracesData trace) => _hash.AppendData(trace.ToByteArray());

    /// <summary><c>sha256:</c> and 64 hexadecimal digits of what was added so far.</summary>
    public override string ToString() => "sha256:" + Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
