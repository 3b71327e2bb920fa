using TempoCos.Contracts;

namespace TempoCos.Cluster.Operator;

/// <summary>What of the operator is switched on. The community bundle has <c>httpEncryption,grpcEncryption,builtInCertManagement</c>; here nothing is on unless asked for.</summary>
public sealed record FeatureGates
{
    private static readonly Dictionary<string, Func<FeatureGates, FeatureGates>> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["httpEncryption"] = gates => gates with { HttpEncryption = true, CertificateManagement = true },
        ["grpcEncryption"] = gates => gates with { GrpcEncryption = true, CertificateManagement = true },
        ["builtInCertManagement"] = gates => gates with { CertificateManagement = true },
        ["gatewayTLS"] = gates => gates with { ServingCertificates = true },
        ["openshift.servingCertsService"] = gates => gates with { ServingCertificates = true },
        ["openshift.route"] = gates => gates with { Routes = true },
        ["openshift.openshiftRoute"] = gates => gates with { Routes = true },
        ["openshift.oAuthProxy"] = gates => gates with { OauthProxy = true },
        ["openshift.noAuthWarning"] = gates => gates with { NoAuthWarning = true },
        ["prometheusOperator"] = gates => gates with { PrometheusOperator = true },
        ["grafanaOperator"] = gates => gates with { GrafanaOperator = true },
    };

    public bool HttpEncryption { get; private init; }

    public bool GrpcEncryption { get; private init; }

    /// <summary>The operator issues the certificates of its operands.</summary>
    public bool CertificateManagement { get; private init; }

    /// <summary>OpenShift's service that issues serving certificates for annotated Services.</summary>
    public bool ServingCertificates { get; private init; }

    public bool Routes { get; private init; }

    public bool OauthProxy { get; private init; }

    public bool NoAuthWarning { get; private init; }

    public bool PrometheusOperator { get; private init; }

    public bool GrafanaOperator { get; private init; }

    /// <summary>Domain of the cluster's routes.</summary>
    public string BaseDomain { get; private init; } = "apps.tempocos.local";

    /// <summary>With OpenShift's routes there is an ingress controller, which says the domain.</summary>
    public bool KnowsBaseDomain => NamesDomain || Routes;

    private bool NamesDomain { get; init; }

    public bool AnyEncryption => HttpEncryption || GrpcEncryption;

    /// <exception cref="DiagnosticException">TC944: a name is not that of a gate.</exception>
    public static FeatureGates Parse(IEnumerable<string> names)
    {
        var gates = new FeatureGates();
        foreach (var name in names.SelectMany(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            const string Domain = "openshift.baseDomain=";
            gates = name.StartsWith(Domain, StringComparison.OrdinalIgnoreCase) ? gates with { BaseDomain = name[Domain.Length..], NamesDomain = true }
                : Known.TryGetValue(name, out var turnOn) ? turnOn(gates)
                : throw new DiagnosticException("TC944", name, "the operator has no such feature gate", $"Name some of {string.Join(", ", Known.Keys)}, {Domain}DOMAIN.");
        }

        return gates;
    }
}
