using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace TempoCos.Contracts;

/// <summary>
/// An error that a user can act on: a code of docs/diagnostics.md, the offending value, the reason and the fix.
/// It crosses the wire as a gRPC status with <c>google.rpc.ErrorInfo</c> (domain <c>tempocos</c>).
/// </summary>
public sealed class DiagnosticException(string code, string value, string reason, string fix, Exception? inner = null)
    : Exception($"{code}: {reason} ({value}). {fix}", inner)
{
    private const string Domain = "tempocos";

    /// <summary>TC and three digits: TC1xx cloud, TC2xx object store, TC3xx cluster and Tempo's configuration, TC4xx pipeline and loss, TC5xx clean-up, TC9xx this machine.</summary>
    public string Code { get; } = code;

    /// <summary>The value that offends, never a secret.</summary>
    public string Value { get; } = value;

    /// <summary>What is wrong, as a sentence without its full stop.</summary>
    public string Reason { get; } = reason;

    /// <summary>What to do about it, as a sentence.</summary>
    public string Fix { get; } = fix;

    /// <summary>The status that a service answers with.</summary>
    public RpcException ToRpcException() => new Google.Rpc.Status
    {
        Code = (int)StatusCode.FailedPrecondition,
        Message = Message,
        Details =
        {
            Any.Pack(new ErrorInfo
            {
                Domain = Domain,
                Reason = Code,
                Metadata = { ["value"] = Value, ["reason"] = Reason, ["fix"] = Fix },
            }),
        },
    }.ToRpcException();

    /// <summary>The diagnostic that a service answered with, or null when the status carries none.</summary>
    public static DiagnosticException? From(RpcException exception)
    {
        var info = exception.GetRpcStatus()?.GetDetail<ErrorInfo>();
        return info is { Domain: Domain }
            ? new DiagnosticException(info.Reason, Get("value"), Get("reason"), Get("fix"), exception)
            : null;

        string Get(string key) => info.Metadata.TryGetValue(key, out var value) ? value : "";
    }
}
