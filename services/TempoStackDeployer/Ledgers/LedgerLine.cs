using System.Text.Json.Serialization;
using TempoCos.Contracts;

namespace TempoCos.TempoStackDeployer.Ledgers;

/// <summary>One line of a ledger. <see cref="Name"/> is <c>namespace/name</c> for what lives in a namespace; <see cref="Id"/> is the Kubernetes uid.</summary>
internal sealed record LedgerLine
{
    public const string Intended = "intended";
    public const string Created = "created";
    public const string Removed = "removed";

    [JsonPropertyName("time")]
    public required DateTimeOffset Time { get; init; }

    [JsonPropertyName("kind")]
    public required string Kind { get; init; }

    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("id")]
    public string Id { get; init; } = "";

    [JsonPropertyName("state")]
    public required string State { get; init; }

    /// <summary>Uid of the cluster's namespace kube-system, which tells clusters apart; empty when it could not be read.</summary>
    [JsonPropertyName("cluster")]
    public string Cluster { get; init; } = "";

    public LedgerEntry ToEntry() => new() { Kind = Kind, Name = Name, Id = Id, State = State };
}
