using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Commands;

/// <summary>The options that say what the TempoStack or TempoMonolithic is to be like, of a run and of a change.</summary>
internal sealed class StackRunOptions
{
    private static readonly string[] Components = ["distributor", "ingester", "querier", "query-frontend", "compactor", "gateway", "metrics-generator"];

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "A field of the stack, as spec.retention.global.traces=24h, spec.env[0].name=A or 'metadata.annotations.example\\.com/a=b'; the value is YAML, null removes the field. May be repeated; comes after every other option.",
        HelpName = "PATH=VALUE",
    };
    private readonly Option<string[]> _replicas = new("--replicas") { Description = $"Pods of components: {string.Join(", ", Components)}.", HelpName = "COMPONENT=N,…" };
    private readonly NumberOption<int> _replicationFactor = new("--replication-factor", "Ingesters that take each span.", number => number > 0, "must be a whole number above 0");
    private readonly DurationOption _retention = new("--retention", "How long traces are kept.", TimeSpan.Zero, "the manifest's");
    private readonly Option<string> _cpu = new("--cpu") { Description = "CPU of all components together, as 2 or 1500m.", HelpName = "QUANTITY" };
    private readonly Option<string> _memory = new("--memory") { Description = "Memory of all components together, as 4Gi.", HelpName = "QUANTITY" };
    private readonly Option<string> _volumeClass = new("--volume-class") { Description = "Kubernetes storage class of the ingesters' volumes (--storage-class is the bucket's).", HelpName = "CLASS" };
    private readonly Option<string> _volumeSize = new("--volume-size") { Description = "Size of the ingesters' volumes, as 10Gi.", HelpName = "QUANTITY" };
    private readonly Option<string[]> _tenants = new("--tenant") { Description = "A tenant, with the gateway in front; may be repeated. The id is the name unless given.", HelpName = "NAME[=ID]" };
    private readonly Option<string> _tenantMode = new("--tenant-mode") { Description = "static or openshift [default: static with --tenant-oidc-issuer, else openshift]." };
    private readonly Option<string> _issuer = new("--tenant-oidc-issuer") { Description = "Issuer of the tenants' tokens, in static mode.", HelpName = "URL" };
    private readonly Option<string> _oidcSecret = new("--tenant-oidc-secret") { Description = "Secret with clientID and clientSecret, in static mode.", HelpName = "NAME" };
    private readonly Option<FileInfo> _storeCa = new("--store-ca") { Description = "PEM of the authority that the store's certificate is from; becomes a ConfigMap.", HelpName = "FILE" };
    private readonly Option<string> _ingress = new("--ingress") { Description = "How people get in, by the gateway or else by jaeger-query: ingress, route or none." };
    private readonly Option<string> _ingressHost = new("--ingress-host") { Description = "Host of the ingress or route.", HelpName = "HOST" };
    private readonly Option<string> _remoteWrite = new("--remote-write-url") { Description = "Prometheus that the metrics generator writes to; switches it on.", HelpName = "URL" };
    private readonly Option<FileInfo> _extraConfig = new("--extra-config") { Description = "Sections of tempo.yaml that are merged into spec.extraConfig.tempo.", HelpName = "FILE" };
    private readonly Option<string> _tempoImage = new("--tempo-image") { Description = "Image of Tempo instead of the operator's.", HelpName = "IMAGE" };
    private readonly Option<string> _size = new("--size") { Description = "The operator's size: 1x.demo, 1x.pico, 1x.extra-small, 1x.small or 1x.medium.", HelpName = "SIZE" };

    public StackRunOptions()
    {
        _ingress.AcceptOnlyFromAmong("ingress", "route", "none");
        _tenantMode.AcceptOnlyFromAmong("static", "openshift");
        _size.AcceptOnlyFromAmong("1x.demo", "1x.pico", "1x.extra-small", "1x.small", "1x.medium");
        _set.Validators.Add(result => OptionRule.Require(result, (result.GetValueOrDefault<string[]>() ?? []).All(IsSet), "must be PATH=VALUE"));
        _replicas.Validators.Add(result => OptionRule.Require(result, Split(result.GetValueOrDefault<string[]>()).All(part => Replica(part) is not null), $"must be COMPONENT=NUMBER, with a component of {string.Join(", ", Components)}"));
        _storeCa.Validators.Add(result => OptionRule.Require(result, result.GetValueOrDefault<FileInfo>() is { Exists: true }, "does not exist"));
        _extraConfig.Validators.Add(result => OptionRule.Require(result, result.GetValueOrDefault<FileInfo>() is { Exists: true }, "does not exist"));
    }

    public static bool IsSet(string text) => text.IndexOf('=', StringComparison.Ordinal) > 0;

    public void AddTo(Command command)
    {
        foreach (var option in new System.CommandLine.Option[]
        {
            _set, _replicas, _replicationFactor, _retention, _cpu, _memory, _volumeClass, _volumeSize, _tenants, _tenantMode, _issuer, _oidcSecret, _storeCa, _ingress, _ingressHost, _remoteWrite,
            _extraConfig, _tempoImage, _size,
        })
        {
            command.Add(option);
        }
    }

    public IEnumerable<string> Set(ParseResult parsed) => parsed.GetValue(_set) ?? [];

    /// <summary>Null when none of them is given.</summary>
    public StackOptions? Read(ParseResult parsed)
    {
        var options = new StackOptions
        {
            ReplicationFactor = _replicationFactor.Read(parsed),
            Cpu = parsed.GetValue(_cpu) ?? "",
            Memory = parsed.GetValue(_memory) ?? "",
            StorageClass = parsed.GetValue(_volumeClass) ?? "",
            StorageSize = parsed.GetValue(_volumeSize) ?? "",
            TenantMode = parsed.GetValue(_tenantMode) ?? "",
            TenantOidcIssuer = parsed.GetValue(_issuer) ?? "",
            TenantOidcSecret = parsed.GetValue(_oidcSecret) ?? "",
            StoreCa = Content(parsed.GetValue(_storeCa)),
            Ingress = parsed.GetValue(_ingress) ?? "",
            IngressHost = parsed.GetValue(_ingressHost) ?? "",
            RemoteWriteUrl = parsed.GetValue(_remoteWrite) ?? "",
            ExtraConfig = Content(parsed.GetValue(_extraConfig)),
            TempoImage = parsed.GetValue(_tempoImage) ?? "",
            Size = parsed.GetValue(_size) ?? "",
        };
        if (_retention.Read(parsed) is { Ticks: > 0 } retention)
        {
            options.Retention = retention.ToDuration();
        }

        options.Tenants.AddRange(parsed.GetValue(_tenants) ?? []);
        foreach (var part in Split(parsed.GetValue(_replicas)))
        {
            var (component, number) = Replica(part)!.Value;
            options.Replicas[component] = number;
        }

        return options.Equals(new StackOptions()) ? null : options;
    }

    private static (string Component, int Number)? Replica(string text) =>
        text.Split('=') is [var component, var count] && Components.Contains(component) && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? (component, number)
            : null;

    private static IEnumerable<string> Split(string[]? given) => (given ?? []).SelectMany(one => one.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static string Content(FileInfo? file)
    {
        try
        {
            return file is null ? "" : File.ReadAllText(file.FullName);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException("TC344", file!.FullName, $"The file cannot be read: {exception.Message.TrimEnd('.')}", "Name a file that this user may read.", exception);
        }
    }
}
