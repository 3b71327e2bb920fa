using TempoCos.Cluster.Api.Faults;
using TempoCos.Cluster.Kubelet.Images;
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

    /// <summary>Whether the Tempo operator and its CustomResourceDefinitions are there.</summary>
    public bool Operator { get; init; } = true;

    /// <summary>What of the operator is switched on: httpEncryption, grpcEncryption, openshift.route and the like.</summary>
    public IReadOnlyList<string> FeatureGates { get; init; } = [];

    /// <summary>Program that the containers of Tempo, its query tools and its gateway run; by default TempoCos.Tempo, as built beside this program.</summary>
    public string? TempoProgram { get; init; }

    /// <summary>A real Tempo to run in containers named tempo instead.</summary>
    public string? TempoBinary { get; init; }

    /// <summary>What stands for which images; the first that matches counts.</summary>
    public IReadOnlyList<ImageProgram> Images { get; init; } = [];

    /// <summary>Unix socket of a container engine that runs the images that it has; none when null.</summary>
    public string? ContainerEngine { get; init; }

    /// <summary>The first wait before a container that fails again starts again, or an image is looked for again; a kubelet's is 10 s, and the others are to this one as to that.</summary>
    public TimeSpan RestartBackoff { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether limits of CPU are kept, where control groups can be made; memory's always are.</summary>
    public bool CpuLimits { get; init; }

    /// <summary>Whether pods may mount paths of this machine.</summary>
    public bool AllowHostPath { get; init; }

    /// <summary>Whether use is made of what not everybody may: mount namespaces, control groups, port 53. Where this user may not, it makes no difference.</summary>
    public bool Privileges { get; init; } = true;

    /// <summary>The clock of the cluster.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What goes wrong at the API server, for tests of its clients; changed while it runs.</summary>
    public FaultList Faults { get; } = new();
}
