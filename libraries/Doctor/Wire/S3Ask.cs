namespace TempoCos.Doctor.Wire;

/// <summary>A request of S3 before it is signed.</summary>
/// <param name="Method">Of HTTP.</param>
/// <param name="Key">Null for the bucket itself.</param>
internal sealed record S3Ask(HttpMethod Method, string? Key)
{
    public IReadOnlyList<(string Name, string Value)> Query { get; init; } = [];

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public ReadOnlyMemory<byte>? Body { get; init; }

    public PayloadMode Mode { get; init; } = PayloadMode.Sha256;

    /// <summary>As minio-go does it: <c>Content-Type</c> is sent but not signed, and chunks are not announced by <c>Content-Encoding</c>.</summary>
    public bool AsMinio { get; init; }

    /// <summary>For people.</summary>
    public override string ToString() =>
        $"{Method} {Key ?? "bucket"}{(Query.Count == 0 ? "" : "?" + string.Join('&', Query.Select(pair => pair.Value.Length == 0 ? pair.Name : $"{pair.Name}={pair.Value}")))}";
}
