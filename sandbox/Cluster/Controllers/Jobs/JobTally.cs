using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Workloads;

namespace TempoCos.Cluster.Controllers.Jobs;

/// <summary>
/// Counts each ended pod of a Job once, even when the pod is deleted: a finalizer keeps it until its uid stands in the status,
/// and the uid moves into the count when the finalizer is off.
/// </summary>
public sealed class JobTally(ControllerContext context)
{
    public const string Finalizer = "batch.kubernetes.io/job-tracking";

    public long Succeeded { get; private set; }

    public long Failed { get; private set; }

    /// <summary>Takes the pods that have ended into the Job's status.</summary>
    public void Count(JobView job, IReadOnlyList<PodState> own)
    {
        var status = job.Content.At("status");
        Succeeded = status.Number("succeeded") ?? 0;
        Failed = status.Number("failed") ?? 0;
        var uncounted = new Dictionary<string, HashSet<string>>
        {
            ["succeeded"] = [.. status.Texts("uncountedTerminatedPods", "succeeded")],
            ["failed"] = [.. status.Texts("uncountedTerminatedPods", "failed")],
        };
        var ended = own.Where(pod => IsTracked(pod.Content) && IsOver(pod)).ToList();
        foreach (var pod in ended)
        {
            uncounted[pod.Phase == "Succeeded" ? "succeeded" : "failed"].Add(pod.Stored.Uid);
        }

        if (ended.Count > 0)
        {
            Write(job, live =>
            {
                foreach (var (outcome, uids) in uncounted)
                {
                    live.Ensure("uncountedTerminatedPods")[outcome] = uids.Select(uid => (JsonNode)uid).ToJsonArray();
                }
            });
            ended.ForEach(pod => Release(pod.Stored));
        }

        if (uncounted.Values.Any(uids => uids.Count > 0))
        {
            Succeeded += uncounted["succeeded"].Count;
            Failed += uncounted["failed"].Count;
            Write(job, live =>
            {
                live.Remove("uncountedTerminatedPods");
                Replace(live, "succeeded", Succeeded);
                Replace(live, "failed", Failed);
            });
        }
    }

    public void Release(StoredObject pod)
    {
        try
        {
            context.Registry.Update(context.Type(BuiltInResources.Pods), pod.Key.Namespace, pod.Key.Name, live =>
            {
                if (live.Text("metadata", "uid") == pod.Uid && IsTracked(live))
                {
                    live.Ensure("metadata")["finalizers"] = live.Texts("metadata", "finalizers").Where(one => one != Finalizer).Select(one => (JsonNode)one).ToJsonArray();
                }

                return live;
            }, WriteOptions.Main);
        }
        catch (ApiException gone) when (gone.Code == 404)
        {
            // It has gone already.
        }
    }

    public static bool IsTracked(JsonObject pod) => pod.Texts("metadata", "finalizers").Contains(Finalizer);

    /// <summary>Ended, or deleted and let go by its kubelet.</summary>
    private static bool IsOver(PodState pod) =>
        pod.HasEnded || (pod.Deleting && (pod.Content.Number("metadata", "deletionGracePeriodSeconds") == 0 || !pod.IsAssigned));

    private void Write(JobView job, Action<JsonObject> change) =>
        context.Registry.Update(context.Type(BuiltInResources.Jobs), job.Stored.Key.Namespace, job.Name, live =>
        {
            change(live.Ensure("status"));
            return live;
        }, WriteOptions.OfStatus);

    private static void Replace(JsonObject status, string name, long count)
    {
        status.Remove(name);
        Counted.Add(status, name, count);
    }
}
