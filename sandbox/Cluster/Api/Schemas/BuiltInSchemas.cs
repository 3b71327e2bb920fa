using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization;
using k8s;
using k8s.Models;
using TempoCos.Cluster.Api.Resources;

namespace TempoCos.Cluster.Api.Schemas;

/// <summary>The shapes of the built-in kinds, read from the models of the client library, which are generated from the API server's own description.</summary>
public static class BuiltInSchemas
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<Type, Schema> Compiled = [];
    private static readonly ConcurrentDictionary<ResourceType, Schema?> Kinds = new();

    private static readonly Lazy<Dictionary<(string, string, string), Type>> Models = new(() =>
        typeof(V1Pod).Assembly.GetTypes()
            .Select(type => (Type: type, Entity: type.GetCustomAttribute<KubernetesEntityAttribute>()))
            .Where(model => model.Entity is not null)
            .GroupBy(model => (model.Entity!.Group, model.Entity.ApiVersion, model.Entity.Kind))
            .ToDictionary(group => group.Key, group => group.First().Type));

    /// <summary>metadata, which every object has.</summary>
    public static Schema Metadata { get; } = Of(typeof(V1ObjectMeta));

    /// <summary>Null for a kind that is not built in.</summary>
    public static Schema? Find(ResourceType type) => Kinds.GetOrAdd(type, wanted =>
        Models.Value.TryGetValue((wanted.Group, wanted.Version, wanted.Kind), out var model) ? Of(model) : null);

    private static Schema Of(Type type)
    {
        lock (Gate)
        {
            return Read(type);
        }
    }

    private static Schema Read(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Scalar(type) is { } scalar)
        {
            return scalar;
        }

        if (Argument(type, typeof(IDictionary<,>), 1) is { } value)
        {
            return new Schema { Type = "object", Additional = Read(value), Nullable = true };
        }

        if (Argument(type, typeof(IList<>), 0) is { } item)
        {
            return new Schema { Type = "array", Items = Read(item), Nullable = true };
        }

        if (Compiled.TryGetValue(type, out var known))
        {
            return known;
        }

        var schema = Compiled[type] = new Schema { Type = "object", Name = NameOf(type), Nullable = true };
        schema.Properties = type.GetProperties()
            .Select(property => (Name: property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name, property.PropertyType))
            .Where(property => property.Name is not null)
            .DistinctBy(property => property.Name)
            .ToDictionary(property => property.Name!, property => Read(property.PropertyType));
        return schema;
    }

    private static string NameOf(Type type) =>
        type.GetCustomAttribute<KubernetesEntityAttribute>() is { } entity ? $"{(entity.Group.Length == 0 ? "core" : entity.Group)}.{entity.ApiVersion}.{entity.Kind}" : $"io.k8s.{type.Name}";

    private static Schema? Scalar(Type type) =>
        type == typeof(string) ? new Schema { Type = "string", Nullable = true }
        : type == typeof(bool) ? new Schema { Type = "boolean", Nullable = true }
        : type == typeof(int) ? new Schema { Type = "integer", Format = "int32", Nullable = true }
        : type == typeof(long) ? new Schema { Type = "integer", Format = "int64", Nullable = true }
        : type == typeof(double) ? new Schema { Type = "number", Nullable = true }
        : type == typeof(DateTime) || type == typeof(DateTimeOffset) ? new Schema { Type = "string", Nullable = true }
        : type == typeof(byte[]) ? new Schema { Type = "string", Nullable = true }
        : type == typeof(IntOrString) || type == typeof(ResourceQuantity) ? new Schema { IntOrString = true, IsQuantity = type == typeof(ResourceQuantity), Nullable = true }
        : type == typeof(object) ? new Schema { Nullable = true }
        : null;

    private static Type? Argument(Type type, Type generic, int index) =>
        type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type)
        && type.GetInterfaces().Append(type).FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == generic) is { } found
            ? found.GetGenericArguments()[index] : null;
}
