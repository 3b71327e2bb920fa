using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Manifests;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>The scheme of the store's endpoint against what the operator makes of the manifest.</summary>
public sealed class StoreTransportTests
{
    private const string Https = "https://s3.example.org";
    private const string Http = "http://s3.example.org";
    private const string OwnSetting = "spec.extraConfig.tempo.storage.trace.s3.insecure";

    [Theory]
    [InlineData(StackKind.TempoStack, Https, "", "set spec.storage.tls.enabled: true, because", true)]
    [InlineData(StackKind.TempoStack, Https, "tls.caName=store-ca", "set spec.storage.tls.enabled: true, because", true)]
    [InlineData(StackKind.TempoStack, Https, "tls.enabled=true", "", true)]
    [InlineData(StackKind.TempoStack, Https, "tls.enabled=false insecure=false", "", true)]
    [InlineData(StackKind.TempoStack, Http, "", "", false)]
    [InlineData(StackKind.TempoStack, Http, "tls.enabled=false", "", false)]
    [InlineData(StackKind.TempoStack, Http, "tls.enabled=true insecure=true", "beware: Tempo will speak plain http, though spec.storage.tls.enabled is true, since " + OwnSetting + " decides", false)]
    [InlineData(StackKind.TempoMonolithic, Https, "", "set spec.storage.traces.s3.tls.enabled: true, since the endpoint is https", true)]
    [InlineData(StackKind.TempoMonolithic, Https, "tls.enabled=false", "", true)]
    [InlineData(StackKind.TempoMonolithic, Http, "", "", false)]
    [InlineData(StackKind.TempoMonolithic, Http, "tls.enabled=true", "beware: Tempo will speak plain http, though spec.storage.traces.s3.tls.enabled is true, since the endpoint's scheme decides", false)]
    public void What_agrees_or_can_be_made_to_agree_is_settled(string kind, string endpoint, string set, string says, bool tls)
    {
        var manifest = Manifest(kind, set);

        StoreTransport.Settle(manifest, new Uri(endpoint)).ShouldStartWith(says);

        StoreTransport.Of(manifest, new Uri(endpoint)).IsTls.ShouldBe(tls);
        StoreTransport.Settle(manifest, new Uri(endpoint)).ShouldNotStartWith("set ");
    }

    [Theory]
    [InlineData(StackKind.TempoStack, Https, "tls.enabled=false", "spec.storage.tls.enabled is false: Tempo would speak plain http", "spec.storage.tls.enabled=true")]
    [InlineData(StackKind.TempoStack, Https, "insecure=true", OwnSetting + " is true: Tempo would speak plain http", OwnSetting + "=false")]
    [InlineData(StackKind.TempoStack, Http, "tls.enabled=true", "spec.storage.tls.enabled is true: Tempo would speak TLS", "spec.storage.tls.enabled=false")]
    [InlineData(StackKind.TempoStack, Http, "insecure=false", OwnSetting + " is false: Tempo would speak TLS", OwnSetting + "=true")]
    [InlineData(StackKind.TempoMonolithic, Https, "insecure=true", OwnSetting + " is true: Tempo would speak plain http", OwnSetting + "=false")]
    public void What_contradicts_is_refused_with_the_exact_fix(string kind, string endpoint, string set, string reason, string wanted)
    {
        var refusal = Should.Throw<DiagnosticException>(() => StoreTransport.Settle(Manifest(kind, set), new Uri(endpoint)));

        refusal.Code.ShouldBe("TC222");
        refusal.Value.ShouldBe(endpoint);
        refusal.Reason.ShouldContain(reason);
        refusal.Fix.ShouldContain($"--set {wanted}");
        Should.NotThrow(() => StoreTransport.Settle(Manifest(kind, $"{set} {Short(wanted)}"), new Uri(endpoint)));
    }

    private static string Short(string setting) => setting.Replace("spec.storage.", "", StringComparison.Ordinal).Replace(OwnSetting, "insecure", StringComparison.Ordinal);

    /// <param name="kind">Of the stack.</param>
    /// <param name="set">Settings with blanks between: of storage.tls, or Tempo's insecure.</param>
    private static StackManifest Manifest(string kind, string set)
    {
        var request = kind == StackKind.TempoStack
            ? Samples.Request()
            : Samples.Request("{apiVersion: tempo.grafana.com/v1alpha1, kind: TempoMonolithic, metadata: {name: one}, spec: {storage: {traces: {backend: s3, s3: {secret: ibm-cos-secret}}}}}");
        var storage = kind == StackKind.TempoStack ? "spec.storage" : "spec.storage.traces.s3";
        request.Set.AddRange(set.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(
            setting => setting.StartsWith("insecure", StringComparison.Ordinal) ? OwnSetting[..^"insecure".Length] + setting : $"{storage}.{setting}"));
        return ManifestReader.Read(request);
    }
}
