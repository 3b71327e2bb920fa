namespace TempoCos.TraceGenerator.Sending;

/// <summary>How requests are cut and how long the generator is patient; section <c>Generator</c>.</summary>
public sealed class SendingOptions
{
    public const string Section = "Generator";

    public const string Rule = "Generator: MaxRequestBytes 1024 to 4,000,000, MaxTracesPerRequest and MaxAttempts at least 1, every time above zero.";

    /// <summary>Tempo's receiver takes 4 MiB; a request holds whole traces, at least one.</summary>
    public int MaxRequestBytes { get; set; } = 1 << 20;

    public int MaxTracesPerRequest { get; set; } = 100;

    /// <summary>Of one request, including the first.</summary>
    public int MaxAttempts { get; set; } = 6;

    public TimeSpan FirstBackOff { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Also the most that a server's RetryInfo is followed.</summary>
    public TimeSpan MaxBackOff { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Of one attempt.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the endpoint may refuse connections before the generator gives up.</summary>
    public TimeSpan ConnectWithin { get; set; } = TimeSpan.FromSeconds(5);

    public bool IsValid =>
        MaxRequestBytes is >= 1024 and <= 4_000_000
        && MaxTracesPerRequest >= 1
        && MaxAttempts >= 1
        && FirstBackOff > TimeSpan.Zero
        && MaxBackOff >= FirstBackOff
        && RequestTimeout > TimeSpan.Zero
        && ConnectWithin > TimeSpan.Zero;
}
