using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TempoCos.IbmCloud.Hosting;

namespace TempoCos.IbmCloud.Iam;

/// <summary>Signs and checks RS256 tokens. The key lives in the data directory, so that tokens outlive a restart.</summary>
public sealed class TokenIssuer(DataDirectory data, KnobPanel knobs, TimeProvider time) : IDisposable
{
    public const string Issuer = "https://iam.cloud.ibm.com/identity";
    private const string AccessUse = "access";
    private const string RefreshUse = "refresh";

    // Made on first use: it takes a tenth of a second, which an S3-only start need not pay.
    private readonly Lazy<RSA> _key = new(() => LoadOrCreate(data.FilePath("iam-signing-key.pem")));

    public TokenResponse Issue(IamIdentity identity, bool refreshable)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var lifetime = (long)knobs.Current.TokenLifetimeSeconds;
        return new TokenResponse(
            Sign(identity, now, now + lifetime, AccessUse),
            refreshable ? Sign(identity, now, now + (30 * 86_400), RefreshUse) : "not_supported",
            "Bearer",
            lifetime,
            now + lifetime,
            "ibm openid");
    }

    /// <summary>The identity of a valid, unexpired access token; null otherwise.</summary>
    public IamIdentity? Validate(string token) => Validate(token, AccessUse);

    public IamIdentity? ValidateRefresh(string token) => Validate(token, RefreshUse);

    public RSAParameters PublicKey() => _key.Value.ExportParameters(includePrivateParameters: false);

    public void Dispose()
    {
        if (_key.IsValueCreated)
        {
            _key.Value.Dispose();
        }
    }

    private static RSA LoadOrCreate(string path)
    {
        var key = RSA.Create(2048);
        if (File.Exists(path))
        {
            key.ImportFromPem(File.ReadAllText(path));
        }
        else
        {
            AtomicFile.Write(path, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        }

        return key;
    }

    private string Sign(IamIdentity identity, long now, long expires, string use)
    {
        var claims = new TokenClaims(
            identity.IamId, identity.IamId, identity.IsServiceId ? "iam" : "IBMid", identity.IamId, identity.IamId, identity.IsServiceId ? "ServiceId" : null,
            new TokenAccount(true, identity.AccountId), now, expires, Issuer, "urn:ibm:params:oauth:grant-type:apikey", "ibm openid", "default", 1, ["pwd"], use);
        var head = Base64Url.EncodeToString("""{"kid":"sandbox","alg":"RS256"}"""u8);
        var body = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims, IamJson.Default.TokenClaims));
        var signed = $"{head}.{body}";
        var signature = _key.Value.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private IamIdentity? Validate(string token, string use)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
        {
            return null;
        }

        try
        {
            var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
            if (!_key.Value.VerifyData(signed, Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            {
                return null;
            }

            var claims = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(parts[1]), IamJson.Default.TokenClaims);
            return claims is not null && claims.TokenUse == use && claims.Exp > time.GetUtcNow().ToUnixTimeSeconds()
                ? new IamIdentity(claims.Account.Bss, claims.IamId)
                : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or CryptographicException)
        {
            return null;
        }
    }
}
