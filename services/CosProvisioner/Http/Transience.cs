using System.Net;

namespace TempoCos.CosProvisioner.Http;

/// <summary>Which answers mean "not now", and how long they ask to wait.</summary>
internal static class Transience
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    public static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        || ((int)status >= 500 && status != HttpStatusCode.NotImplemented);

    /// <summary>What <c>Retry-After</c> asks for, as seconds or as a date, up to half a minute; null without the header.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        var asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return asked is { } wait ? TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, LongestWait.Ticks)) : null;
    }
}
