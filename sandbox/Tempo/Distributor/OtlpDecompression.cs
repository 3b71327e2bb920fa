using System.IO.Compression;
using Snappier;
using TempoCos.Tempo.Distributor.Export;
using ZstdSharp;

namespace TempoCos.Tempo.Distributor;

/// <summary>The encodings that OTLP senders use, bounded in what they may become.</summary>
internal static class OtlpDecompression
{
    private static readonly byte[] SnappyStreamHead = [0xff, 0x06, 0x00, 0x00, (byte)'s', (byte)'N', (byte)'a', (byte)'P', (byte)'p', (byte)'Y'];

    public static IReadOnlyList<string> Encodings { get; } = ["gzip", "deflate", "zlib", "zstd", "snappy", "x-snappy-framed"];

    /// <exception cref="MalformedExportException">The bytes are not in this encoding.</exception>
    /// <exception cref="OtlpBodyTooLargeException">They become more than <paramref name="maxBytes"/>.</exception>
    public static async Task<OtlpBody> RunAsync(string encoding, ReadOnlyMemory<byte> body, int maxBytes, CancellationToken cancellationToken)
    {
        if (Fault(encoding, body.Span) is { } fault)
        {
            throw new MalformedExportException(fault);
        }

        var plain = new OtlpBody(Math.Max(16 * 1024, Math.Min(maxBytes, body.Length * 4)));
        try
        {
            if (encoding == "snappy" && !body.Span.StartsWith(SnappyStreamHead))
            {
                Unblock(body.Span, plain, maxBytes);
                return plain;
            }

            using var source = new MemoryStream(body.ToArray(), writable: false);
            await using var stream = Open(encoding, source);
            await plain.AppendAsync(stream, maxBytes, cancellationToken);
            return plain;
        }
        catch (Exception exception) when (exception is InvalidDataException or ZstdException or IOException or ArgumentException or OverflowException)
        {
            plain.Dispose();
            throw new MalformedExportException($"{encoding}: {exception.Message}", exception);
        }
        catch
        {
            plain.Dispose();
            throw;
        }
    }

    private static string? Fault(string encoding, ReadOnlySpan<byte> body) => encoding switch
    {
        _ when body.IsEmpty => MalformedExportException.Truncated,
        "gzip" when !body.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) => "gzip: invalid header",
        "deflate" or "zlib" when (body[0] & 0x0f) != 8 => "zlib: invalid header",
        "zstd" when !body.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]) => "invalid input: magic number mismatch",
        _ => null,
    };

    private static Stream Open(string encoding, Stream source) => encoding switch
    {
        "gzip" => new GZipStream(source, CompressionMode.Decompress),
        "deflate" or "zlib" => new ZLibStream(source, CompressionMode.Decompress),
        "zstd" => new DecompressionStream(source),
        _ => new SnappyStream(source, CompressionMode.Decompress),
    };

    private static void Unblock(ReadOnlySpan<byte> body, OtlpBody plain, int maxBytes)
    {
        var length = Snappy.GetUncompressedLength(body);
        if (length < 0 || length > maxBytes)
        {
            throw new OtlpBodyTooLargeException();
        }

        var bytes = new byte[length];
        Snappy.Decompress(body, bytes);
        plain.Append(new(bytes));
    }
}
