using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Resources;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Controllers.Workloads;

namespace TempoCos.Cluster.Controllers.Jobs;

/// <summary>Runs pods until as many as asked for have succeeded, or too many have failed, or the time is over.</summary>
public sealed class JobController(ControllerContext context, Ownership ownership, PodControl pods, ILogger<JobController> logger) : Controller(context.Store, logger)
{
    private const string Component = "job-controller";
    private const string IndexAnnotation = "batch.kubernetes.io/job-completion-index";
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastBackoff = TimeSpan.FromMinutes(6);

    protected override bool Watches(ObjectKey key) => key.Resource is BuiltInResources.Jobs or BuiltInResources.Pods;

    protected override IEnumerable<ObjectKey> Affected(StoredObject changed, bool deleted)
    {
        if (changed.Key.Resource == BuiltInResources.Jobs)
        {
            return [changed.Key];
        }

        var owner = changed.Owners.Count == 0 ? null : Ownership.ControllerOf(changed.ToObject());
        return owner.Text("kind") == "Job" ? [new ObjectKey(BuiltInResources.Jobs, changed.Key.Namespace, owner.Text("name")!)]
            : changed.Owners.Count == 0 && !deleted ? Ownership.Candidates(Store, BuiltInResources.Jobs, changed)
            : [];
    }

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Find(key) is not { } stored)
        {
            Forget(key);
            return;
        }

        var job = new JobView(stored);
        var own = Pods(job);
        if (stored.Deleting)
        {
            own.ForEach(pod => new JobTally(context).Release(pod.Stored));
            return;
        }

        if (job.Finished is not null)
        {
            own.Where(pod => !pod.IsActive).ToList().ForEach(pod => new JobTally(context).Release(pod.Stored));
            Expire(job);
            return;
        }

        var tally = new JobTally(context);
        tally.Count(job, own);

        // With the pods that were counted: one that has ended since would be neither active nor among the succeeded, and another would be made in its place.
        Attend(new JobView(Store.Find(key)!), own, tally);
    }

    /// <summary>The pods of a Job that is gone are not kept.</summary>
    private void Forget(ObjectKey key)
    {
        foreach (var pod in Store.List(BuiltInResources.Pods, key.Namespace).Objects.Where(pod => pod.Owners.Count > 0 || pod.Deleting))
        {
            var owner = Ownership.ControllerOf(pod.ToObject());
            if (owner.Text("kind") == "Job" && owner.Text("name") == key.Name)
            {
                new JobTally(context).Release(pod);
            }
        }
    }

    private List<PodState> Pods(JobView job) =>
        [.. ownership.Claim(job.Stored, BuiltInResources.Pods, job.Content.At("spec", "selector")).Select(pod => new PodState(pod))];

    private void Attend(JobView job, List<PodState> own, JobTally tally)
    {
        var active = own.Where(pod => pod.IsActive).ToList();
        var restarts = active.Sum(pod => pod.Restarts);
        var completed = job.IsIndexed ? CompletedIndexes(job, own) : [];
        var succeeded = job.IsIndexed ? completed.Count : tally.Succeeded;
        var conditions = new Conditions(job.Content.At("status"), context.Registry.Now);
        var started = job.Content.Text("status", "startTime");
        if (tally.Failed > job.BackoffLimit || (restarts > 0 && tally.Failed + restarts > job.BackoffLimit))
        {
            End(job, active, tally, conditions, completed, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
            return;
        }

        if (!job.Suspended && job.Deadline is { } deadline && job.Started is { } since)
        {
            var left = since + deadline - context.Now;
            if (left <= TimeSpan.Zero)
            {
                End(job, active, tally, conditions, completed, "DeadlineExceeded", "Job was active longer than specified deadline");
                return;
            }

            After(job.Stored.Key, left);
        }

        if (job.Completions is { } completions ? succeeded >= completions && active.Count == 0 : succeeded > 0 && active.Count == 0)
        {
            Complete(job, tally, conditions, completed);
            return;
        }

        if (job.Suspended)
        {
            active.ForEach(pod => pods.Delete(job.Content, Component, pod.Stored));
            if (conditions.Find("Suspended").Text("status") != "True")
            {
                context.Events.Record(job.Content, Component, warning: false, "Suspended", "Job suspended");
            }

            conditions.Set("Suspended", "True", "JobSuspended", "Job suspended");
            Write(job, tally, conditions, completed, active: 0, ready: 0, started: null);
            return;
        }

        if (conditions.Find("Suspended").Text("status") == "True")
        {
            conditions.Set("Suspended", "False", "JobResumed", "Job resumed");
            context.Events.Record(job.Content, Component, warning: false, "Resumed", "Job resumed");
        }

        // Before the first pod, so that a refused one does not hold back the clock of the deadline.
        started ??= context.Registry.Now;
        Write(job, tally, conditions, completed, active.Count, active.Count(pod => pod.IsReady), started);
        if (job.Started is null && job.Deadline is not null)
        {
            Again(job.Stored.Key);
        }

        Manage(job, own, active, completed, succeeded);
        active = [.. Pods(job).Where(pod => pod.IsActive)];
        Write(job, tally, conditions, completed, active.Count, active.Count(pod => pod.IsReady), started);
    }

    private void Manage(JobView job, List<PodState> own, List<PodState> active, SortedSet<long> completed, long succeeded)
    {
        var terminating = own.Count(pod => pod.Deleting && !pod.HasEnded);
        var wanted = job.Completions is { } completions ? Math.Min(job.Parallelism, Math.Max(0, completions - succeeded))
            : succeeded > 0 ? active.Count
            : job.Parallelism;
        foreach (var pod in active.OrderBy(pod => pod.IsReady).Take((int)Math.Max(0, active.Count - wanted)))
        {
            pods.Delete(job.Content, Component, pod.Stored);
        }

        var missing = wanted - active.Count - terminating;
        if (missing <= 0)
        {
            return;
        }

        if (Wait(own) is { } wait && wait > TimeSpan.Zero)
        {
            After(job.Stored.Key, wait);
            return;
        }

        var indexes = job.IsIndexed ? FreeIndexes(job, active, completed).Take((int)missing).Cast<long?>() : Enumerable.Repeat<long?>(null, (int)missing);
        foreach (var index in indexes.ToList())
        {
            pods.Create(job.Content, Component, Pod(job, index));
        }
    }

    /// <summary>After failures in a row the next pod waits: one second, two, four, … up to six minutes.</summary>
    private TimeSpan? Wait(List<PodState> own)
    {
        var ended = own.Where(pod => pod.HasEnded).OrderByDescending(Finished).ToList();
        var failures = ended.TakeWhile(pod => pod.Phase == "Failed").ToList();
        return failures.Count == 0 ? null
            : Finished(failures[0]) + TimeSpan.FromTicks(Math.Min(LastBackoff.Ticks, FirstBackoff.Ticks << Math.Min(failures.Count - 1, 16))) - context.Now;
    }

    private static DateTimeOffset Finished(PodState pod) => pod.Content.Objects("status", "containerStatuses")
        .Select(status => PodState.Time(status.Text("state", "terminated", "finishedAt"))).DefaultIfEmpty(DateTimeOffset.UnixEpoch).Max();

    private static SortedSet<long> CompletedIndexes(JobView job, List<PodState> own)
    {
        var completed = new SortedSet<long>(CompletionIndexes.Parse(job.Content.Text("status", "completedIndexes")));
        completed.UnionWith(own.Where(pod => pod.Phase == "Succeeded").Select(Index).OfType<long>().Where(index => index < job.Completions));
        return completed;
    }

    private static long? Index(PodState pod) =>
        long.TryParse(pod.Content.Text("metadata", "annotations", IndexAnnotation), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;

    private static IEnumerable<long> FreeIndexes(JobView job, List<PodState> active, SortedSet<long> completed)
    {
        var taken = active.Select(Index).OfType<long>().ToHashSet();
        for (long index = 0; index < (job.Completions ?? 0); index++)
        {
            if (!taken.Contains(index) && !completed.Contains(index))
            {
                yield return index;
            }
        }
    }

    private static JsonObject Pod(JobView job, long? index)
    {
        var pod = PodTemplate.Pod(job.Content, job.Content.At("spec", "template"));
        var metadata = pod.Ensure("metadata");
        metadata["finalizers"] = metadata.Texts("finalizers").Append(JobTally.Finalizer).Distinct().Select(one => (JsonNode)one).ToJsonArray();
        metadata["generateName"] = index is null ? $"{job.Name}-" : $"{job.Name}-{index}-";
        if (index is { } number)
        {
            var text = number.ToString(CultureInfo.InvariantCulture);
            metadata.Ensure("annotations")[IndexAnnotation] = text;
            metadata.Ensure("labels")[IndexAnnotation] = text;
            pod.Ensure("spec")["hostname"] = $"{job.Name}-{index}";
            foreach (var container in pod.Objects("spec", "containers"))
            {
                if (container["env"] is not JsonArray)
                {
                    container["env"] = new JsonArray();
                }

                container["env"]!.AsArray().Add((JsonNode)new JsonObject { ["name"] = "JOB_COMPLETION_INDEX", ["value"] = text });
            }
        }

        return pod;
    }

    private void Complete(JobView job, JobTally tally, Conditions conditions, SortedSet<long> completed)
    {
        conditions.Set("SuccessCriteriaMet", "True", "CompletionsReached", "Reached expected number of succeeded pods");
        conditions.Set("Complete", "True", "CompletionsReached", "Reached expected number of succeeded pods");
        Write(job, tally, conditions, completed, 0, 0, job.Content.Text("status", "startTime"), completionTime: context.Registry.Now);
        context.Events.Record(job.Content, Component, warning: false, "Completed", "Job completed");
    }

    private void End(JobView job, List<PodState> active, JobTally tally, Conditions conditions, SortedSet<long> completed, string reason, string message)
    {
        conditions.Set("FailureTarget", "True", reason, message);
        active.ForEach(pod => pods.Delete(job.Content, Component, pod.Stored));
        var left = Pods(job).Count(pod => !pod.HasEnded && JobTally.IsTracked(pod.Content));
        if (left > 0)
        {
            // The verdict is final when the last pod has ended, and is counted.
            Write(job, tally, conditions, completed, 0, 0, job.Content.Text("status", "startTime"), terminating: left);
            return;
        }

        conditions.Set("Failed", "True", reason, message);
        Write(job, tally, conditions, completed, 0, 0, job.Content.Text("status", "startTime"));
        context.Events.Record(job.Content, Component, warning: true, reason, message);
    }

    private void Write(
        JobView job, JobTally tally, Conditions conditions, SortedSet<long> completed, long active, long ready, string? started, string? completionTime = null, long terminating = 0)
    {
        var status = new JsonObject { ["ready"] = ready, ["terminating"] = terminating };
        Counted.Add(status, "active", active);
        Counted.Add(status, "succeeded", tally.Succeeded);
        Counted.Add(status, "failed", tally.Failed);
        if (started is not null)
        {
            status["startTime"] = started;
        }

        if (completionTime is not null)
        {
            status["completionTime"] = completionTime;
        }

        if (completed.Count > 0)
        {
            status["completedIndexes"] = CompletionIndexes.Format(completed);
        }

        if (conditions.ToJson() is { } all)
        {
            status["conditions"] = all;
        }

        context.Writer.Status(BuiltInResources.Jobs, job.Content, status);
    }

    private void Expire(JobView job)
    {
        if (job.Ttl is not { } ttl)
        {
            return;
        }

        var left = PodState.Time(job.Finished.Text("lastTransitionTime")) + ttl - context.Now;
        if (left > TimeSpan.Zero)
        {
            After(job.Stored.Key, left);
        }
        else
        {
            context.Registry.Delete(context.Type(BuiltInResources.Jobs), job.Stored.Key.Namespace, job.Name, new DeleteOptions("Foreground", Uid: job.Stored.Uid));
        }
    }
}
