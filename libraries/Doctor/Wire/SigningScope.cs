using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TempoCos.Doctor.Wire;

/// <summary>Date, region and derived key of signature version 4.</summary>
internal sealed class SigningScope
{
    private readonly byte[] _key;

    public SigningScope(string secretKey, string region, DateTimeOffset time)
    {
        Timestamp = time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var date = Timestamp[..8];
        Scope = $"{date}/{region}/s3/aws4_request";
        var key = HMACSHA256.HashData(Encoding.UTF8.GetBytes($"AWS4{secretKey}"), Encoding.UTF8.GetBytes(date));
        key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(region));
        key = HMACSHA256.HashData(key, "s3"u8);
        _key = HMACSHA256.HashData(key, "aws4_request"u8);
    }

    public string Timestamp { get; }

    public string Scope { get; }

    public static string Hash(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(SHA256.HashData(data));

    /// <summary>Of a text whose first line names the algorithm; timestamp and scope are put after it.</summary>
    public string Sign(string algorithm, string rest) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{algorithm}\n{Timestamp}\n{Scope}\n{rest}")));
}
