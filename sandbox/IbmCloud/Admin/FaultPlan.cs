using System.IO.Enumeration;
using TempoCos.IbmCloud.Hosting;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.Admin;

/// <summary>Which requests go wrong, and how. The first rule that fits is used.</summary>
public sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private Fault[] _faults = [];

    public IReadOnlyList<Fault> All => _faults;

    public static string CodeOf(int status) => status switch
    {
        403 => "AccessDenied",
        404 => "NoSuchKey",
        429 => "TooManyRequests",
        500 => "InternalError",
        503 => "SlowDown",
        _ => "ServiceUnavailable",
    };

    public Fault Add(Fault fault)
    {
        if (fault.Operation != "*" && !Enum.TryParse<S3Operation>(fault.Operation, out _))
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "unknown_operation", $"{fault.Operation} is no operation; known are {string.Join(", ", Enum.GetNames<S3Operation>())}.");
        }

        if (fault.Status is < 300 or > 599)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "bad_status", "status must be from 300 to 599.");
        }

        fault = fault with { Id = Guid.NewGuid().ToString("n")[..8], Hits = 0 };
        lock (_gate)
        {
            _faults = [.. _faults, fault];
        }

        return fault;
    }

    public void Clear() => Remove(_ => true);

    public bool Remove(string id) => Remove(fault => fault.Id == id);

    /// <summary>The fault of this request, which is then counted; null for none.</summary>
    public Fault? Take(S3Operation operation, string bucket, string key)
    {
        if (_faults.Length == 0)
        {
            return null;
        }

        lock (_gate)
        {
            var at = Array.FindIndex(_faults, fault =>
                (fault.Count is null || fault.Hits < fault.Count)
                && (fault.Operation == "*" || fault.Operation == operation.ToString())
                && Matches(fault.Bucket, bucket)
                && Matches(fault.Key, key));
            if (at < 0)
            {
                return null;
            }

            var faults = _faults.ToArray();
            faults[at] = faults[at] with { Hits = faults[at].Hits + 1 };
            _faults = faults;
            return faults[at];
        }
    }

    /// <summary>An operation on a bucket has no key, and a star stands for that too.</summary>
    private static bool Matches(string pattern, string text) => pattern == "*" || FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);

    private bool Remove(Func<Fault, bool> matches)
    {
        lock (_gate)
        {
            var before = _faults.Length;
            _faults = [.. _faults.Where(fault => !matches(fault))];
            return _faults.Length < before;
        }
    }
}
