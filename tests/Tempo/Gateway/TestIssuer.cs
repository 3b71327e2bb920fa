using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TempoCos.Tempo.Tests.Gateway;

/// <summary>An OpenID Connect issuer on loopback, small but whole: discovery, keys, signed tokens.</summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    public const string ClientId = "tempo";
    private static readonly string[] Algorithms = ["RS256", "ES256"];
    private readonly WebApplication _app;
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private RSA _rsa = RSA.Create(2048);
    private int _generation = 1;
    private int _keyRequests;

    private TestIssuer(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>How often its keys were asked for.</summary>
    public int KeyRequests => _keyRequests;

    public static async Task<TestIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var issuer = new TestIssuer(builder.Build());
        issuer._app.MapGet("/.well-known/openid-configuration", () => new Dictionary<string, object>
        {
            ["issuer"] = issuer.Url,
            ["authorization_endpoint"] = issuer.Url + "/authorize",
            ["token_endpoint"] = issuer.Url + "/token",
            ["jwks_uri"] = issuer.Url + "/keys",
            ["id_token_signing_alg_values_supported"] = Algorithms,
        });
        issuer._app.MapGet("/keys", issuer.Keys);
        await issuer._app.StartAsync(TestContext.Current.CancellationToken);
        return issuer;
    }

    /// <summary>New keys under a new name; the old ones are gone.</summary>
    public void Rotate()
    {
        _generation++;
        _rsa.Dispose();
        _rsa = RSA.Create(2048);
    }

    public string Token(string subject, string algorithm = "RS256", string? audience = null, TimeSpan? lifetime = null, string[]? groups = null)
    {
        var header = Encode(new { alg = algorithm, kid = $"{algorithm}-{_generation}", typ = "JWT" });
        var now = DateTimeOffset.UtcNow;
        var claims = Encode(new
        {
            iss = Url,
            sub = "id-of-" + subject,
            email = subject,
            groups = groups ?? [],
            aud = audience ?? ClientId,
            iat = now.ToUnixTimeSeconds(),
            exp = (now + (lifetime ?? TimeSpan.FromHours(1))).ToUnixTimeSeconds(),
        });
        var signed = Encoding.ASCII.GetBytes($"{header}.{claims}");
        var signature = algorithm == "RS256"
            ? _rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : _ec.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{header}.{claims}.{Base64Url.EncodeToString(signature)}";
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
        _ec.Dispose();
    }

    private IResult Keys()
    {
        Interlocked.Increment(ref _keyRequests);
        var (rsa, ec) = (_rsa.ExportParameters(false), _ec.ExportParameters(false));
        return Results.Json(new
        {
            keys = new object[]
            {
                new { kty = "RSA", kid = $"RS256-{_generation}", alg = "RS256", use = "sig", n = Base64Url.EncodeToString(rsa.Modulus), e = Base64Url.EncodeToString(rsa.Exponent) },
                new { kty = "EC", kid = $"ES256-{_generation}", alg = "ES256", use = "sig", crv = "P-256", x = Base64Url.EncodeToString(ec.Q.X), y = Base64Url.EncodeToString(ec.Q.Y) },
            },
        });
    }

    private static string Encode<T>(T value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
