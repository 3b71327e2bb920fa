using System.Text.RegularExpressions;

namespace TempoCos.TempoStackDeployer.Readiness.Causes;

/// <summary>
/// What a container's last lines say of why it ended. Tempo says, with any of these and many another text before:
/// <c>failed parsing config: failed to parse configFile /conf/tempo.yaml: yaml: unmarshal errors:</c>,
/// <c>unexpected error from ListObjects on BUCKET: ...</c>, <c>mkdir /var/tempo/wal: permission denied</c>.
/// </summary>
internal static partial class LogCauses
{
    /// <summary>
    /// Store errors that somebody has to mend; a key that is new may still be on its way, and a store may come back. Tempo logs the message that came with an
    /// S3 code, or its client's own for that code where none came, and the code itself hardly ever.
    /// </summary>
    private static readonly (string[] Texts, string Cause, string Fix, bool IsFinal)[] Store =
    [
        (["NoSuchBucket", "bucket does not exist"], "bucket: there is none of this name", "Create the bucket, or name another in the storage Secret.", true),
        (["SignatureDoesNotMatch", "signature we calculated does not match"], "signature: the secret does not belong to the key id", "Correct access_key_id and access_key_secret in the storage Secret; a new key may take minutes to spread.", false),
        (["InvalidAccessKeyId", "does not exist in our records"], "unknown-key: the store does not know the key", "Correct access_key_id in the storage Secret; a new key may take minutes to spread.", false),
        (["HTTP response to HTTPS client", "does not look like a TLS handshake"], "tls: the port does not speak TLS", "Make the scheme of the Secret's endpoint and spec.storage.tls.enabled agree: the operator goes by the latter.", true),
        (["HTTP request to an HTTPS server"], "tls: the port speaks TLS only", "Set spec.storage.tls.enabled: true: the operator goes by it, not by the endpoint's scheme.", true),
        (["x509"], "tls-untrusted: the certificate is of an authority that is not trusted", "Put the authority into a ConfigMap and name it in spec.storage.tls.caName.", true),
        (["no such host"], "dns: the name does not resolve", "Correct the endpoint in the storage Secret, or the cluster's DNS.", false),
        (["connection refused"], "refused: nobody listens at the port", "Correct the endpoint in the storage Secret; see that the store runs.", false),
        (["i/o timeout", "deadline exceeded"], "timeout: no answer", "Look for a network policy or firewall; private and direct endpoints answer inside IBM Cloud only.", false),
        (["AccessDenied", "Access Denied"], "access: the key may not list the bucket", "Give the key the role Writer on the bucket or its instance.", false),
    ];

    public static Cause? Of(string component, string pod, string how, IReadOnlyList<string> log)
    {
        if (log.Count == 0)
        {
            return null;
        }

        var text = string.Join('\n', log);
        if (ListObjects().Match(text) is { Success: true } refused)
        {
            var answer = refused.Groups["error"].Value.TrimEnd('"', ' ');
            var known = Store.FirstOrDefault(entry => entry.Texts.Any(text => answer.Contains(text, StringComparison.OrdinalIgnoreCase)));
            return new Cause(
                CauseDepth.Store, Codes.StartUpListing, component, refused.Groups["bucket"].Value,
                $"{how}; its first request to the object store failed: {known.Cause ?? "other"}: {PodFindings.Cut($"unexpected error from ListObjects on {refused.Groups["bucket"].Value}: {answer}")}",
                known.Fix ?? "Try the same with the same key: `tempocos doctor s3://BUCKET --s3-endpoint URL` tells the causes apart.")
            { IsFinal = known.IsFinal };
        }

        // Programs of TempoCos end with a line that has a code already.
        if (Diagnostic().Match(text) is { Success: true } own)
        {
            var code = own.Groups["code"].Value;
            var isStore = code.StartsWith("TC25", StringComparison.Ordinal);
            return new Cause(
                isStore ? CauseDepth.Store : CauseDepth.Configuration, code, component, own.Groups["value"].Value, $"{how}; it says: {PodFindings.Cut(own.Groups["reason"].Value)}", own.Groups["fix"].Value)
            {
                // No bucket stays no bucket; a key may be on its way, a store may come back.
                IsFinal = !isStore || code == "TC251",
            };
        }

        if (Config().Match(text) is { Success: true } config)
        {
            var said = config.Groups["error"].Value.ReplaceLineEndings(" ").Trim();
            return new Cause(
                CauseDepth.Configuration, said.Contains("not found in type", StringComparison.Ordinal) ? "TC357" : said.Contains("yaml: line", StringComparison.Ordinal) ? "TC352" : "TC353", component, pod,
                $"{how}; Tempo refuses its configuration: {PodFindings.Cut(said)}", "Correct spec.extraConfig.tempo, which is merged into Tempo's configuration.")
            { IsFinal = true };
        }

        if (Permission().Match(text) is { Success: true } denied)
        {
            return new Cause(
                CauseDepth.Volume, Codes.SecretOrVolume, component, denied.Groups["path"].Value, $"{how}; it may not write its volume: {PodFindings.Cut(denied.Value.Trim())}",
                "Give the pods a security context that the volume goes by (spec.template.COMPONENT.podSecurityContext.fsGroup: 10001), or a storage class that honours fsGroup.")
            { IsFinal = true };
        }

        return Space().IsMatch(text)
            ? new Cause(CauseDepth.Volume, "TC925", component, pod, $"{how}; its volume is full: no space left on device", "Give it a larger volume (spec.storageSize), or free space.")
            : null;
    }

    [GeneratedRegex(@"unexpected error from ListObjects on (?<bucket>[^\s:]+): (?<error>[^\n]+)")]
    private static partial Regex ListObjects();

    [GeneratedRegex(@"^(?<code>TC(?:25[123]|35\d|356|923)): (?<reason>.+) \((?<value>[^()\n]*)\)\. (?<fix>[^\n]+)$", RegexOptions.Multiline)]
    private static partial Regex Diagnostic();

    [GeneratedRegex(@"failed (?:parsing config|to parse configFile[^:\n]*): (?<error>[^\n]+(?:\n\s+line [^\n]+)*)")]
    private static partial Regex Config();

    [GeneratedRegex(@"(?:mkdir|open|rename|create|stat|lstat|unlinkat) (?<path>/var/tempo[^\s:""]*): permission denied")]
    private static partial Regex Permission();

    [GeneratedRegex("no space left on device")]
    private static partial Regex Space();
}
