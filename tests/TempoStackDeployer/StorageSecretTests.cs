using System.Text;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Tests;

public sealed class StorageSecretTests
{
    [Theory]
    [InlineData("s3.us-east.cloud-object-storage.appdomain.cloud", "https://s3.us-east.cloud-object-storage.appdomain.cloud")]
    [InlineData("localhost:9000/path", "https://localhost:9000")]
    [InlineData("https://s3.example.org/bucket", "https://s3.example.org")]
    [InlineData("https://user:word@s3.example.org", "https://s3.example.org")]
    [InlineData("https://traces.s3.example.org", "https://s3.example.org")]
    [InlineData("ftp://s3.example.org", "https://s3.us-east.cloud-object-storage.appdomain.cloud")]
    public void An_endpoint_that_the_operator_or_Tempo_would_stumble_over_comes_with_the_exact_fix(string endpoint, string wanted)
    {
        var refusal = Should.Throw<DiagnosticException>(() => Check(("endpoint", endpoint)));

        refusal.Code.ShouldBe("TC222");
        refusal.Fix.ShouldContain($"\"endpoint\":\"{wanted}\"");
        refusal.Message.ShouldNotContain("user:word");
    }

    [Theory]
    [InlineData("https://s3.example.org", true)]
    [InlineData("https://s3.example.org/", true)]
    [InlineData("http://127.0.0.1:9000", false)]
    public void An_endpoint_of_scheme_and_host_is_taken(string endpoint, bool https) => Check(("endpoint", endpoint)).IsHttps.ShouldBe(https);

    [Theory]
    [InlineData("endpoint")]
    [InlineData("bucket")]
    [InlineData("access_key_id")]
    [InlineData("access_key_secret")]
    public void A_missing_key_is_named(string key)
    {
        var refusal = Should.Throw<DiagnosticException>(() => Check((key, "")));

        refusal.Code.ShouldBe("TC221");
        refusal.Reason.ShouldContain(key);
        refusal.Message.ShouldNotContain("hidden-word");
    }

    [Fact]
    public void A_region_beside_static_keys_is_refused_unless_the_manifest_says_static()
    {
        Should.Throw<DiagnosticException>(() => Check(("region", "us-east"))).Reason.ShouldContain("region");

        var manifest = Samples.Read(Samples.Manifest.Replace("type: s3", "type: s3\n      credentialMode: static", StringComparison.Ordinal));
        StorageSecret.Check(manifest, "ibm-cos-secret", Data(("region", "us-east"))).Bucket.ShouldBe("traces");
    }

    [Fact]
    public void Credentials_are_blotted_out_of_what_is_shown() =>
        Check().Redact("denied for some-key-id with hidden-word").ShouldBe("denied for *** with ***");

    private static StorageSecret Check(params (string Key, string Value)[] changes) => StorageSecret.Check(Samples.Read(), "ibm-cos-secret", Data(changes));

    private static Dictionary<string, byte[]> Data(params (string Key, string Value)[] changes)
    {
        var data = new Dictionary<string, string>
        {
            ["endpoint"] = "https://s3.example.org",
            ["bucket"] = "traces",
            ["access_key_id"] = "some-key-id",
            ["access_key_secret"] = "hidden-word",
        };
        foreach (var (key, value) in changes)
        {
            data[key] = value;
        }

        return data.ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetBytes(pair.Value));
    }
}
