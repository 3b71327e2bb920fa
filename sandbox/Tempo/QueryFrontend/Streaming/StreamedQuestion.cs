using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Extensions;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.QueryFrontend.Streaming;

/// <summary>A question that came over gRPC, put as the HTTP API's: the same checks and the same texts hold for both.</summary>
internal sealed class StreamedQuestion(ServerCallContext call)
{
    private readonly QueryBuilder _query = new();

    /// <summary>A parameter, unless it is empty or 0.</summary>
    public StreamedQuestion With(string name, string value)
    {
        if (value.Length > 0)
        {
            _query.Add(name, value);
        }

        return this;
    }

    public StreamedQuestion With(string name, ulong value, string unit = "") =>
        value == 0 ? this : With(name, string.Create(CultureInfo.InvariantCulture, $"{value}{unit}"));

    public HttpContext ToContext(string? tag = null)
    {
        var context = new DefaultHttpContext { RequestAborted = call.CancellationToken };
        context.Request.QueryString = _query.ToQueryString();
        context.Request.Headers[Tenancy.Header] = call.RequestHeaders.GetValue(Tenancy.Header);
        context.Request.RouteValues["tag"] = tag;
        return context;
    }

    /// <summary>A failure in gRPC's terms.</summary>
    public static RpcException Failure(HttpFailureException failure) => new(new Status(
        failure.Status switch
        {
            400 => StatusCode.InvalidArgument,
            401 => StatusCode.Unauthenticated,
            404 => StatusCode.NotFound,
            429 => StatusCode.ResourceExhausted,
            504 => StatusCode.DeadlineExceeded,
            >= 500 => StatusCode.Internal,
            _ => StatusCode.Unknown,
        },
        failure.Message.TrimEnd('\n')));
}
