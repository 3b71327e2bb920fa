using TempoCos.Cluster.Api.Faults;
using TempoCos.Cluster.Startup;

namespace TempoCos.Cluster;

/// <summary>How a cluster starts.</summary>
public sealed record ClusterOptions
{
    /// <summary>Port of the API on 127.0.0.1; 0 lets the system choose.</summary>
    public int Port { get; init; }

    /// <summary>Directory of all state; made when missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>File to write the kubeconfig to; none when null.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Entries of Secrets that exist from the start, with their namespaces.</summary>
    public IReadOnlyList<SeedSecret> Secrets { get; init; } = [];

    /// <summary>Whether the Tempo operator and its CustomResourceDefinition are there.</summary>
    public bool Operator { get; init; } = true;

    /// <summary>What of the operator is switched on: httpEncryption, grpcEncryption, openshift.route and the like.</summary>
    public IReadOnlyList<string> FeatureGates { get; init; } = [];

    /// <summary>Program that containers named tempo and jaeger-query run; by default TempoCos.Tempo, as built beside this program.</summary>
    public string? TempoProgram { get; init; }

    /// <summary>A real Tempo to run in containers named tempo instead.</summary>
    public string? TempoBinary { get; init; }

    /// <summary>The clock of the cluster.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What goes wrong at the API server, for tests of its clients; changed while it runs.</summary>
    public FaultList Faults { get; } = new();
}
