using System.Globalization;
using System.Text;

namespace TempoCos.Doctor.Wire;

/// <summary>The aws-chunked framing of a body.</summary>
internal static class ChunkedBody
{
    private const int ChunkBytes = 64 << 10;
    private const string TrailerName = "x-amz-checksum-crc32";
    private static readonly string EmptyHash = SigningScope.Hash([]);

    /// <param name="data">The object's bytes.</param>
    /// <param name="scope">Null for chunks without signatures.</param>
    /// <param name="seed">Signature of the request, with which the chain of chunk signatures begins.</param>
    /// <param name="withTrailer">A CRC32 follows the last chunk.</param>
    public static byte[] Frame(ReadOnlySpan<byte> data, SigningScope? scope, string seed, bool withTrailer)
    {
        var framed = new MemoryStream(data.Length + (data.Length / ChunkBytes * 100) + 400);
        var previous = seed;
        for (var at = 0; at < data.Length; at += ChunkBytes)
        {
            var chunk = data[at..Math.Min(at + ChunkBytes, data.Length)];
            Head(framed, chunk.Length, previous = Sign(scope, previous, chunk));
            framed.Write(chunk);
            framed.Write("\r\n"u8);
        }

        Head(framed, 0, previous = Sign(scope, previous, []));
        if (withTrailer)
        {
            var crc = Crc32.Base64Of(data);
            Write(framed, $"{TrailerName}:{crc}\r\n");
            if (scope is not null)
            {
                var signature = scope.Sign("AWS4-HMAC-SHA256-TRAILER", $"{previous}\n{SigningScope.Hash(Encoding.ASCII.GetBytes($"{TrailerName}:{crc}\n"))}");
                Write(framed, $"x-amz-trailer-signature:{signature}\r\n");
            }
        }

        framed.Write("\r\n"u8);
        return framed.ToArray();
    }

    private static string Sign(SigningScope? scope, string previous, ReadOnlySpan<byte> chunk) =>
        scope?.Sign("AWS4-HMAC-SHA256-PAYLOAD", $"{previous}\n{EmptyHash}\n{SigningScope.Hash(chunk)}") ?? "";

    private static void Head(MemoryStream framed, int bytes, string signature) =>
        Write(framed, signature.Length > 0 ? $"{Hex(bytes)};chunk-signature={signature}\r\n" : $"{Hex(bytes)}\r\n");

    private static string Hex(int number) => number.ToString("x", CultureInfo.InvariantCulture);

    private static void Write(MemoryStream framed, string text) => framed.Write(Encoding.ASCII.GetBytes(text));
}
