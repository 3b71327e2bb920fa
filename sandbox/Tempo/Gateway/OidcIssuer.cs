using System.Buffers.Text;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text.Json;
using TempoCos.Tempo.Tls;

namespace TempoCos.Tempo.Gateway;

/// <summary>An issuer's discovery document and keys. Keys are asked for again when a token names one that is not among them.</summary>
public sealed class OidcIssuer : IDisposable
{
    private readonly string _issuer;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private Discovery? _discovered;
    private JsonElement[]? _keys;

    public OidcIssuer(OidcOptions options)
    {
        _issuer = options.Issuer;
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) };
        if (options.AuthorityFile.Length > 0)
        {
            handler.SslOptions = ClientTls.Create("issuerCAPath ", "", "", options.AuthorityFile, "", SslProtocols.Tls12 | SslProtocols.Tls13).Options();
        }

        _http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5) };
    }

    /// <summary>Where a browser is sent to log in.</summary>
    public async Task<string> LoginAddressAsync(CancellationToken cancellationToken) =>
        (await DiscoverAsync(cancellationToken)).Document.GetProperty("authorization_endpoint").GetString()!;

    public async Task<bool> SignedAsync(JsonWebToken token, CancellationToken cancellationToken)
    {
        if (token.Algorithm is not ("RS256" or "ES256"))
        {
            return false;
        }

        var known = _keys;
        return ByOneOf(known, token) ?? ByOneOf(await KeysAsync(known, cancellationToken), token) ?? false;
    }

    public void Dispose()
    {
        _http.Dispose();
        _gate.Dispose();
    }

    // Null where no key of the set could have signed it.
    private static bool? ByOneOf(JsonElement[]? keys, JsonWebToken token)
    {
        var candidates = (keys ?? [])
            .Where(key => Text(key, "kty") == (token.Algorithm == "RS256" ? "RSA" : "EC") && (token.KeyId.Length == 0 || Text(key, "kid") == token.KeyId))
            .ToArray();
        return candidates.Length == 0 ? null : candidates.Any(key => Verify(token, key));
    }

    private static bool Verify(JsonWebToken token, JsonElement key)
    {
        try
        {
            if (token.Algorithm == "RS256")
            {
                using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") });
                return rsa.VerifyData(token.Signed, token.Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            }

            using var ec = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") } });
            return ec.VerifyData(token.Signed, token.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Keys that are newer than those that are known already. Who waited while another request got them has them too.</summary>
    private async Task<JsonElement[]> KeysAsync(JsonElement[]? known, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_keys is { } newer && newer != known)
            {
                return newer;
            }

            var set = await GetAsync((await DiscoverAsync(cancellationToken)).Document.GetProperty("jwks_uri").GetString()!, cancellationToken);
            return _keys = [.. set.GetProperty("keys").EnumerateArray()];
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<Discovery> DiscoverAsync(CancellationToken cancellationToken)
    {
        if (_discovered is { } known)
        {
            return known;
        }

        var document = await GetAsync(_issuer.TrimEnd('/') + "/.well-known/openid-configuration", cancellationToken);
        return document.GetProperty("issuer").GetString() == _issuer
            ? _discovered = new(document)
            : throw new InvalidOperationException("the document is another issuer's");
    }

    private async Task<JsonElement> GetAsync(string address, CancellationToken cancellationToken)
    {
        await using var body = await _http.GetStreamAsync(new Uri(address), cancellationToken);
        using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
        return document.RootElement.Clone();
    }

    private static string Text(JsonElement key, string name) => key.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    private static byte[] Bytes(JsonElement key, string name) => Base64Url.DecodeFromChars(Text(key, name));

    // An object, so that requests which read and write it at once see all of it or nothing.
    private sealed record Discovery(JsonElement Document);
}
