using Microsoft.AspNetCore.Http.Features;
using TempoCos.IbmCloud.Faults;

namespace TempoCos.IbmCloud.Traffic;

/// <summary>One request and its answer: what fault plan and request log know of it. A feature of its <see cref="HttpContext"/>.</summary>
public sealed class Exchange
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Exchange(HttpContext context, string service, DateTimeOffset time)
    {
        Service = service;
        Time = time;
        Request = new RequestStream(context.Request.Body);
        Answer = new AnswerStream(context);
        context.Request.Body = Request;
        context.Response.Body = Answer;
        context.Features.Set(this);
    }

    public DateTimeOffset Time { get; }

    /// <summary>One of <see cref="CloudService"/>.</summary>
    public string Service { get; }

    /// <summary>An S3 operation or a <see cref="ControlPlaneOperation"/>.</summary>
    public string Operation { get; private set; } = "";

    public string Bucket { get; private set; } = "";

    /// <summary>The object's key; of the control plane the resource's id or name.</summary>
    public string Key { get; private set; } = "";

    /// <summary>The error code of a refusal.</summary>
    public string? Code { get; set; }

    /// <summary>The rule of the fault plan that hit.</summary>
    public Fault? Fault { get; set; }

    /// <summary>Whether the fault closes the connection instead of an answer.</summary>
    public bool IsDropped { get; set; }

    public RequestStream Request { get; }

    public AnswerStream Answer { get; }

    /// <summary>Completed when the request is served and logged.</summary>
    public Task Ended => _ended.Task;

    public static Exchange Begin(HttpContext context, string service, DateTimeOffset time) => new(context, service, time);

    public static Exchange Of(HttpContext context) => context.Features.GetRequiredFeature<Exchange>();

    public void Describe(string operation, string bucket, string key)
    {
        Operation = operation;
        Bucket = bucket;
        Key = key;
    }

    public void End() => _ended.TrySetResult();
}
