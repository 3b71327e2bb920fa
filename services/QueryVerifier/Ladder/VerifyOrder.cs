using Google.Protobuf.WellKnownTypes;
using TempoCos.Contracts;

namespace TempoCos.QueryVerifier.Ladder;

/// <summary>A request with its defaults filled in and its values checked.</summary>
internal sealed record VerifyOrder
{
    private static readonly TimeSpan DefaultWithin = TimeSpan.FromSeconds(60);

    public required string RunId { get; init; }

    public required Uri QueryFrontend { get; init; }

    public Uri? Otlp { get; init; }

    public Uri? Jaeger { get; init; }

    public Uri? Ingester { get; init; }

    public required BucketReference Bucket { get; init; }

    /// <summary>X-Scope-OrgID; empty = none.</summary>
    public required string Tenant { get; init; }

    public required TraceManifest Manifest { get; init; }

    public DeliveryAccount? Account { get; init; }

    public Baseline? Baseline { get; init; }

    public required IReadOnlySet<int> Rungs { get; init; }

    public bool NaturalFlush { get; init; }

    public TimeSpan QueryableWithin { get; init; }

    public TimeSpan WrittenWithin { get; init; }

    public TimeSpan ListedWithin { get; init; }

    public TimeSpan LivesOnWithin { get; init; }

    public required IReadOnlyDictionary<string, string> Accelerated { get; init; }

    /// <summary>The tenant's folder in the bucket.</summary>
    public string BlockTenant => Tenant.Length == 0 ? "single-tenant" : Tenant;

    /// <exception cref="DiagnosticException">A value that cannot be used.</exception>
    public static VerifyOrder From(VerifyRequest request) => new()
    {
        RunId = request.RunId,
        QueryFrontend = Address("query-frontend", request.Endpoints?.QueryFrontend) ?? throw new DiagnosticException(
            "TC421", "query-frontend", "There is no address of Tempo's query-frontend", "Deploy a query-frontend, or give its address, such as http://127.0.0.1:3200."),
        Otlp = Address("OTLP", request.Endpoints?.OtlpGrpc),
        Jaeger = Address("Jaeger", request.Endpoints?.Jaeger),
        Ingester = Address("ingester", request.Endpoints?.Ingester),
        Bucket = Checked(request.Bucket),
        Tenant = request.Tenant,
        Manifest = request.Manifest ?? throw new DiagnosticException("TC423", "manifest", "There is no manifest to verify", "Give the manifest that the trace generator returned."),
        Account = request.Account,
        Baseline = request.Baseline,
        Rungs = request.Rungs.ToHashSet(),
        NaturalFlush = request.NaturalFlush,
        QueryableWithin = Within(request.QueryableWithin),
        WrittenWithin = Within(request.WrittenWithin),
        ListedWithin = Within(request.ListedWithin),
        LivesOnWithin = Within(request.LivesOnWithin),
        Accelerated = new SortedDictionary<string, string>(request.Accelerated),
    };

    /// <exception cref="DiagnosticException">It does not name a Secret.</exception>
    public static BucketReference Checked(BucketReference? bucket) => bucket is { Namespace.Length: > 0, SecretName.Length: > 0 }
        ? bucket
        : throw new DiagnosticException("TC221", $"{bucket?.Namespace}/{bucket?.SecretName}", "No storage Secret is named", "Give the namespace and the name of the Secret that Tempo reads.");

    private static Uri? Address(string what, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new DiagnosticException("TC421", text, $"The address of {what} is not an absolute URL", "Write it with scheme and port, such as http://127.0.0.1:3200.");
    }

    private static TimeSpan Within(Duration? duration) => duration?.ToTimeSpan() is { } within && within > TimeSpan.Zero ? within : DefaultWithin;
}
