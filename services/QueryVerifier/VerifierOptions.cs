namespace TempoCos.QueryVerifier;

/// <summary>How the verifier asks; section <c>Verifier</c>.</summary>
public sealed class VerifierOptions
{
    public const string Section = "Verifier";

    public const string Rule = "Verifier: Concurrency 1 to 64, every time above zero, MaxPause not below FirstPause.";

    /// <summary>Requests to Tempo and to Jaeger at once.</summary>
    public int Concurrency { get; set; } = 8;

    /// <summary>Of one request to Tempo, Jaeger or the cluster.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the query-frontend may refuse connections before the verifier gives up.</summary>
    public TimeSpan ConnectWithin { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Until Tempo answers a canary that was sent; a ring that has just changed needs a moment.</summary>
    public TimeSpan CanaryWithin { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Between two looks at what is not there yet; doubles up to <see cref="MaxPause"/>.</summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMilliseconds(50);

    public TimeSpan MaxPause { get; set; } = TimeSpan.FromSeconds(1);

    public bool IsValid =>
        Concurrency is >= 1 and <= 64
        && RequestTimeout > TimeSpan.Zero
        && ConnectWithin > TimeSpan.Zero
        && CanaryWithin > TimeSpan.Zero
        && FirstPause > TimeSpan.Zero
        && MaxPause >= FirstPause;
}
