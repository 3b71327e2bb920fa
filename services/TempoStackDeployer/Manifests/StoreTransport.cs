using System.Text.Json.Nodes;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>
/// How Tempo will speak to the store. The operator cuts the endpoint's scheme off: in a TempoStack storage.tls alone decides, in a TempoMonolithic the scheme;
/// Tempo's own setting in spec.extraConfig goes before both.
/// </summary>
/// <param name="IsHttps">What the endpoint's scheme says.</param>
/// <param name="IsTls">What Tempo will do.</param>
/// <param name="AsksForTls">The stack's storage.tls is on.</param>
/// <param name="Switch">Path of the stack's storage.tls.enabled.</param>
/// <param name="DecidedBy">Path of the setting that Tempo goes by, or in words the scheme.</param>
internal sealed record StoreTransport(bool IsHttps, bool IsTls, bool AsksForTls, string Switch, string DecidedBy)
{
    private const string Insecure = "spec.extraConfig.tempo.storage.trace.s3.insecure";

    public static StoreTransport Of(StackManifest manifest, Uri endpoint)
    {
        var https = endpoint.Scheme == Uri.UriSchemeHttps;
        var path = string.Join('.', [.. manifest.StorageTlsPath, "enabled"]);
        return manifest.At(Insecure.Split('.')) is JsonValue own && own.TryGetValue<bool>(out var insecure) ? new(https, !insecure, manifest.StorageTls, path, Insecure)
            : manifest.IsMonolithic ? new(https, https, manifest.StorageTls, path, "the endpoint's scheme")
            : new(https, manifest.StorageTls, manifest.StorageTls, path, path);
    }

    /// <summary>Switches TLS on for an https endpoint where the manifest leaves that open.</summary>
    /// <returns>What is worth knowing; empty when nothing is.</returns>
    /// <exception cref="DiagnosticException">The manifest says the opposite of the scheme: Tempo would not start, or speak in the clear.</exception>
    public static string Settle(StackManifest manifest, Uri endpoint)
    {
        var enabled = !manifest.SaysStorageTls && endpoint.Scheme == Uri.UriSchemeHttps;
        if (enabled)
        {
            manifest.EnableStorageTls();
        }

        var transport = Of(manifest, endpoint);
        if (transport.IsTls != transport.IsHttps)
        {
            throw transport.Contradiction(endpoint);
        }

        return enabled ? $"set {transport.Switch}: true, {(manifest.IsMonolithic ? "since the endpoint is https" : "because the operator would otherwise call an https endpoint over plain http")}"
            : transport is { IsTls: false, AsksForTls: true } ? $"beware: Tempo will speak plain http, though {transport.Switch} is true, since {transport.DecidedBy} decides"
            : "";
    }

    /// <summary>Of the setting that decides, so that Tempo speaks TLS or does not.</summary>
    public string ValueFor(bool tls) => tls == (DecidedBy != Insecure) ? "true" : "false";

    private DiagnosticException Contradiction(Uri endpoint) => IsHttps
        ? new(
            Codes.StoreEndpoint, endpoint.OriginalString, $"The endpoint is https, and {DecidedBy} is {ValueFor(tls: false)}: Tempo would speak plain http to it",
            $"Take {DecidedBy} out of the manifest, or give --set {DecidedBy}={ValueFor(tls: true)}.")
        : new(
            Codes.StoreEndpoint, endpoint.OriginalString, $"The endpoint is http, and {DecidedBy} is {ValueFor(tls: true)}: Tempo would speak TLS to a port that speaks plain http",
            $"Give the store's https endpoint, or --set {DecidedBy}={ValueFor(tls: false)}.");
}
