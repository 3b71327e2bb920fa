using TempoCos.Contracts;
using TempoCos.Traces;

namespace TempoCos.TraceGenerator.Requests;

/// <summary>A request with its defaults filled in and its values checked.</summary>
internal sealed record GenerateOrder(
    string RunId, Uri Endpoint, string Tenant, ulong Seed, TraceProfile Profile, long Count, DateTimeOffset Base, int Concurrency, double TracesPerSecond)
{
    private const long DefaultCount = 10;
    private const int DefaultConcurrency = 2;
    private const int MaxConcurrency = 64;

    /// <exception cref="DiagnosticException">A value that cannot be used.</exception>
    public static GenerateOrder From(GenerateRequest request, TimeProvider time)
    {
        var profileName = request.Profile.Length == 0 ? TraceProfile.Shop.Name : request.Profile;
        var profile = TraceProfile.Find(profileName) ?? throw new DiagnosticException(
            "TC411", profileName, "There is no such trace profile", $"Use one of: {string.Join(", ", TraceProfile.All.Select(known => known.Name))}.");
        var count = request.Count == 0 ? DefaultCount : request.Count;
        if (count < 0)
        {
            throw new DiagnosticException("TC412", $"{count}", "The number of traces is negative", "Ask for one trace or more.");
        }

        if (!double.IsFinite(request.TracesPerSecond) || request.TracesPerSecond < 0)
        {
            throw new DiagnosticException("TC412", $"{request.TracesPerSecond}", "The rate in traces per second is not a number of 0 or more", "Use 0 for as fast as accepted.");
        }

        var @base = request.Start?.ToDateTimeOffset() ?? time.GetUtcNow() - profile.Window(count);
        return new GenerateOrder(
            request.RunId, ParseEndpoint(request.OtlpEndpoint), request.Tenant, request.Seed, profile, count, @base,
            request.Concurrency < 1 ? DefaultConcurrency : Math.Min(request.Concurrency, MaxConcurrency), request.TracesPerSecond);
    }

    private static Uri ParseEndpoint(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0
            ? uri
            : throw new DiagnosticException(
                "TC413", endpoint.Length == 0 ? "(empty)" : endpoint, "The OTLP endpoint is not an absolute URL", "Write it with scheme and port, such as http://127.0.0.1:4317.");
}
