using Google.Protobuf;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Ring;

/// <summary>
/// Members tell each other whom they know, over HTTP on the memberlist port. Every round each one exchanges its whole list with every
/// other, and with a join address until it met somebody there: installations of this size need nothing cleverer.
/// </summary>
public sealed partial class Gossip(ComponentRing ring, MemberlistSettings settings, TimeProvider time, ILogger<Gossip> logger) : IAsyncDisposable
{
    public const string Path = "/gossip";
    private static readonly TimeSpan EagerRound = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CalmRound = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Eager = TimeSpan.FromSeconds(15);
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1), UseProxy = false, ActivityHeadersPropagator = null })
    {
        Timeout = TimeSpan.FromSeconds(3),
    };

    private readonly CancellationTokenSource _stop = new();
    private Member? _self;
    private Task _rounds = Task.CompletedTask;

    public void Start(Member self)
    {
        _self = self;
        Beat();
        _rounds = RunAsync(_stop.Token);
    }

    /// <summary>Another member's list comes in, ours goes back.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        ring.Merge(MemberExchange.Parser.ParseFrom(body.ToArray()).Members.Where(member => member.Id != _self?.Id));
        await context.Response.Body.WriteAsync(Exchange().ToByteArray(), context.RequestAborted);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _rounds;
        if (_self is not null)
        {
            _self.Left = true;
            Beat();
            using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(400));
            await Task.WhenAll(Others().Select(address => TryExchangeAsync(address, deadline.Token)));
        }

        _http.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var met = false;
        for (var round = 0; !cancellationToken.IsCancellationRequested; round++)
        {
            Beat();
            var others = Others();
            // A join address is asked again now and then, so that two halves that never met find each other.
            var targets = others.Count == 0 || round % 10 == 0 ? others.Concat(settings.JoinMembers).Distinct() : others;
            await Task.WhenAll(targets.Select(address => TryExchangeAsync(address, cancellationToken)));
            if (!met && Others().Count > 0)
            {
                met = true;
                Log.Joined(logger, string.Join(", ", ring.All.Select(member => member.Id)));
            }

            try
            {
                await Task.Delay(time.GetElapsedTime(started) < Eager ? EagerRound : CalmRound, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task TryExchangeAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{address}{Path}")) { Content = new ByteArrayContent(Exchange().ToByteArray()) };
            // Behind a join address stand several members: a connection that is kept would lead to the same one for ever, and two halves would stay halves.
            request.Headers.ConnectionClose = settings.JoinMembers.Contains(address);
            using var response = await _http.SendAsync(request, cancellationToken);
            response.EnsureSuccessStatusCode();
            var answer = MemberExchange.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            ring.Merge(answer.Members.Where(member => member.Id != _self?.Id));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or InvalidProtocolBufferException or UriFormatException or IOException)
        {
            // Members come and go: the next round asks again, and the heartbeat time-out takes the silent one off the list.
            Log.NotReached(logger, address, exception.Message);
        }
    }

    private List<string> Others() =>
        [.. ring.All.Where(member => member.Id != _self?.Id && !member.Left && member.GossipAddress.Length > 0).Select(member => member.GossipAddress).Distinct()];

    private MemberExchange Exchange() => new() { From = _self?.Id ?? "", Members = { ring.All } };

    private void Beat()
    {
        if (_self is not null)
        {
            _self.Heartbeat = Math.Max(_self.Heartbeat + 1, time.GetUtcNow().ToUnixTimeMilliseconds());
            ring.Merge([_self.Clone()]);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "joined the ring: {Members}")]
        public static partial void Joined(ILogger logger, string members);

        [LoggerMessage(Level = LogLevel.Debug, Message = "member {Address} not reached: {Reason}")]
        public static partial void NotReached(ILogger logger, string address, string reason);
    }
}
