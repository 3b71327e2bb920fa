using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Admission;
using TempoCos.Cluster.Api.Fields;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Api.Storage;
using TempoCos.Cluster.Network;

namespace TempoCos.Cluster.Api.Resources;

/// <summary>What create, update and delete mean: identity, generations, finalizers, namespaces, optimistic concurrency.</summary>
public sealed class ResourceRegistry(ObjectStore store, ResourceAdmission admission, TimeProvider time)
{
    private const string ForegroundDeletion = "foregroundDeletion";
    private const string Orphan = "orphan";

    public string Now => time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public JsonObject Create(ResourceType type, string ns, JsonObject given, WriteOptions options)
    {
        var metadata = given.Ensure("metadata");
        if (metadata.Text("name") is null or "" && metadata.Text("generateName") is { Length: > 0 } prefix)
        {
            metadata["name"] = prefix + RandomName.Suffix();
        }

        var name = metadata.Text("name") ?? "";
        if (name.Length == 0 || options.User is null || !BuiltInResources.Types.Contains(type))
        {
            // Of what clients write, names are looked at together with the rest.
            Naming.Check(type, name);
        }

        if (type.Namespaced)
        {
            CheckNamespace(type, ns, name);
            metadata["namespace"] = ns;
        }
        else
        {
            metadata.Remove("namespace");
        }

        if (metadata.Text("resourceVersion") is { Length: > 0 })
        {
            throw ApiException.BadRequest("resourceVersion should not be set on objects to be created");
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Now;
        metadata.Remove("deletionTimestamp");
        metadata.Remove("deletionGracePeriodSeconds");
        if (type.HasStatus)
        {
            given.Remove("status");
        }

        if (HasGeneration(type))
        {
            metadata["generation"] = 1;
        }

        Identify(type, given);
        admission.Read(type, given, options);
        if (options.Manager is { } manager)
        {
            ManagedFields.Track(live: null, given, manager, type.ApiVersion, Now);
        }

        admission.Change(type, given, live: null, options);
        ClusterAddresses.Assign(store, type, given);
        Completion.Apply(type, given, live: null);
        admission.Create(type, given, options);
        var key = new ObjectKey(type.Resource, type.Namespaced ? ns : "", name);
        return admission.WithinQuota(type, given, Write) ?? throw ApiException.AlreadyExists(type.Resource, name);

        JsonObject? Write() => !options.DryRun ? store.TryPut(key, given, expected: 0)?.ToObject() : store.Find(key) is null ? given : null;
    }

    /// <summary>
    /// Replaces the object by what <paramref name="change"/> makes of it, again and again while others write in between,
    /// unless the result names the version that it was made from.
    /// </summary>
    public JsonObject Update(ResourceType type, string ns, string name, Func<JsonObject, JsonObject> change, WriteOptions options)
    {
        var key = new ObjectKey(type.Resource, type.Namespaced ? ns : "", name);
        while (true)
        {
            var stored = store.Find(key) ?? throw ApiException.NotFound(type.Resource, name);
            var live = stored.ToObject();
            var next = Merge(type, live, change(live.Copy()), options);
            admission.Update(type, next, live, options);
            if (JsonNode.DeepEquals(live, next) || options.DryRun)
            {
                return next;
            }

            if (stored.Deleting && IsReleased(live, next, type))
            {
                if (store.TryRemove(key, stored.Version) is { } removed)
                {
                    return removed.ToObject();
                }
            }
            else if (store.TryPut(key, next, stored.Version) is { } written)
            {
                return written.ToObject();
            }
        }
    }

    /// <summary>Deletes, or marks for deletion while finalizers or a grace period stand in the way. Answers with the object and whether it is gone.</summary>
    public (JsonObject Object, bool Gone) Delete(ResourceType type, string ns, string name, DeleteOptions options)
    {
        var key = new ObjectKey(type.Resource, type.Namespaced ? ns : "", name);
        while (true)
        {
            var stored = store.Find(key) ?? throw ApiException.NotFound(type.Resource, name);
            var live = stored.ToObject();
            CheckPreconditions(type, name, stored, options);
            admission.Delete(type, live, options);
            if (options.DryRun)
            {
                return (live, true);
            }

            var marked = Mark(type, live.Copy(), options);
            if (marked is null)
            {
                if (store.TryRemove(key, stored.Version) is { } removed)
                {
                    return (removed.ToObject(), true);
                }
            }
            else if (JsonNode.DeepEquals(live, marked))
            {
                return (live, false);
            }
            else if (store.TryPut(key, marked, stored.Version) is { } written)
            {
                return (written.ToObject(), false);
            }
        }
    }

    private static void CheckPreconditions(ResourceType type, string name, StoredObject stored, DeleteOptions options)
    {
        if (options.Uid is { } uid && uid != stored.Uid)
        {
            throw ApiException.Conflict(type.Resource, name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {stored.Uid}");
        }

        if (options.Version is { } version && version != stored.Version.ToString(CultureInfo.InvariantCulture))
        {
            throw ApiException.Conflict(type.Resource, name, $"Precondition failed: ResourceVersion in precondition: {version}, ResourceVersion in object meta: {stored.Version}");
        }
    }

    /// <summary>The object as one that waits for its deletion, or null if nothing holds it.</summary>
    private JsonObject? Mark(ResourceType type, JsonObject live, DeleteOptions options)
    {
        var metadata = live.Ensure("metadata");
        var finalizers = metadata.Texts("finalizers").ToList();
        if (metadata.At("deletionTimestamp") is null && options.Propagation == "Foreground" && !finalizers.Contains(ForegroundDeletion))
        {
            finalizers.Add(ForegroundDeletion);
        }
        else if (metadata.At("deletionTimestamp") is null && options.Propagation == "Orphan" && !finalizers.Contains(Orphan))
        {
            finalizers.Add(Orphan);
        }

        var grace = type.Resource == BuiltInResources.Pods
            ? options.GracePeriodSeconds ?? metadata.Number("deletionGracePeriodSeconds") ?? live.Number("spec", "terminationGracePeriodSeconds") ?? 30
            : 0;
        if (finalizers.Count == 0 && grace == 0 && type.Resource != BuiltInResources.Namespaces)
        {
            return null;
        }

        if (finalizers.Count > 0)
        {
            metadata["finalizers"] = finalizers.Select(one => (JsonNode)one).ToJsonArray();
        }

        if (metadata.At("deletionTimestamp") is null)
        {
            metadata["deletionTimestamp"] = Now;
            metadata["deletionGracePeriodSeconds"] = grace;
            if (metadata.Number("generation") is { } generation)
            {
                metadata["generation"] = generation + 1;
            }
        }
        else if (grace < (metadata.Number("deletionGracePeriodSeconds") ?? 0))
        {
            metadata["deletionGracePeriodSeconds"] = grace;
        }

        if (type.Resource == BuiltInResources.Namespaces)
        {
            live.Ensure("status")["phase"] = "Terminating";
        }

        return live;
    }

    private static bool IsReleased(JsonObject live, JsonObject next, ResourceType type) =>
        type.Resource != BuiltInResources.Namespaces
        && live.Texts("metadata", "finalizers").Any()
        && !next.Texts("metadata", "finalizers").Any()
        && (next.Number("metadata", "deletionGracePeriodSeconds") ?? 0) == 0;

    private JsonObject Merge(ResourceType type, JsonObject live, JsonObject next, WriteOptions options)
    {
        var name = live.Text("metadata", "name")!;
        var metadata = next.Ensure("metadata");
        if (metadata.Text("resourceVersion") is { Length: > 0 } version && version != live.Text("metadata", "resourceVersion"))
        {
            throw ApiException.Modified(type.Resource, name);
        }

        if (metadata.Text("uid") is { Length: > 0 } uid && uid != live.Text("metadata", "uid"))
        {
            throw options.IsPatch
                ? ApiException.Invalid(type.Kind, type.Group, name, FieldError.InvalidValue("metadata.uid", uid, "field is immutable"))
                : ApiException.Conflict(type.Resource, name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {live.Text("metadata", "uid")}");
        }

        if ((metadata.Text("name") ?? name) != name)
        {
            throw ApiException.BadRequest($"the name of the object ({metadata.Text("name")}) does not match the name on the URL ({name})");
        }

        if (options.Status)
        {
            var (status, owners) = (next.At("status")?.DeepClone(), metadata.At("managedFields")?.DeepClone());
            next = live.Copy();
            next["status"] = status;
            if (owners is not null)
            {
                next.Ensure("metadata")["managedFields"] = owners;
            }

            admission.Read(type, next, options);
            Track(type, live, next, options);
            admission.Change(type, next, live, options);
            return next;
        }

        foreach (var kept in (ReadOnlySpan<string>)["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "resourceVersion"])
        {
            metadata.Remove(kept);
            if (live.At("metadata", kept) is { } value)
            {
                metadata[kept] = value.DeepClone();
            }
        }

        if (metadata.At("managedFields") is null && live.At("metadata", "managedFields") is { } managed)
        {
            metadata["managedFields"] = managed.DeepClone();
        }

        Identify(type, next);
        if (type.HasStatus)
        {
            next.Remove("status");
            if (live.At("status") is { } status)
            {
                next["status"] = status.DeepClone();
            }
        }

        admission.Read(type, next, options);
        Track(type, live, next, options);
        admission.Change(type, next, live, options);
        Completion.Apply(type, next, live);
        if (HasGeneration(type) && !JsonNode.DeepEquals(live.At("spec"), next.At("spec")))
        {
            metadata["generation"] = (live.Number("metadata", "generation") ?? 0) + 1;
        }

        return next;
    }

    private void Track(ResourceType type, JsonObject live, JsonObject next, WriteOptions options)
    {
        if (options.Manager is { } manager)
        {
            ManagedFields.Track(live, next, manager, type.ApiVersion, Now, options.Status ? ManagedFields.Status : "");
        }
    }

    /// <summary>The oldest kinds do not count their changes.</summary>
    private static bool HasGeneration(ResourceType type) =>
        type.HasStatus ? type.Group.Length > 0 || type.Resource == BuiltInResources.Pods : type.Group is "networking.k8s.io" or "scheduling.k8s.io";

    private static void Identify(ResourceType type, JsonObject given)
    {
        var apiVersion = given.Text("apiVersion");
        var kind = given.Text("kind");
        if (apiVersion is { Length: > 0 } && apiVersion != type.ApiVersion)
        {
            throw ApiException.BadRequest($"the API version in the data ({apiVersion}) does not match the expected API version ({type.ApiVersion})");
        }

        if (kind is { Length: > 0 } && kind != type.Kind)
        {
            throw ApiException.BadRequest($"{kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: the kind in the data ({kind}) does not match the expected kind ({type.Kind})");
        }

        given["apiVersion"] = type.ApiVersion;
        given["kind"] = type.Kind;
    }

    private void CheckNamespace(ResourceType type, string ns, string name)
    {
        var found = store.Find(new ObjectKey(BuiltInResources.Namespaces, "", ns)) ?? throw ApiException.NotFound(BuiltInResources.Namespaces, ns);
        if (found.Deleting)
        {
            throw ApiException.Terminating(type.Resource, name, ns);
        }
    }
}
