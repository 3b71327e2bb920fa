namespace TempoCos.Tempo.Http;

/// <summary>Whose data a request is about: header <c>X-Scope-OrgID</c> when multitenancy is on, else always the one tenant.</summary>
public sealed class Tenancy(bool multitenancy)
{
    public const string SingleTenant = "single-tenant";
    public const string Header = "X-Scope-OrgID";

    /// <summary>The tenants of a query; <c>a|b</c> asks for several.</summary>
    public IReadOnlyList<string> ForQuery(string? header)
    {
        if (!multitenancy)
        {
            return [SingleTenant];
        }

        if (string.IsNullOrEmpty(header))
        {
            throw new HttpFailureException(401, "no org id\n");
        }

        var tenants = header.Split('|').Distinct().ToList();
        foreach (var tenant in tenants)
        {
            if (Fault(tenant) is { } fault)
            {
                throw new HttpFailureException(400, fault);
            }
        }

        return tenants;
    }

    /// <summary>The tenant of an ingest; null when the header is missing.</summary>
    /// <exception cref="ArgumentException">More than one tenant, or a bad name.</exception>
    public string? ForIngest(string? header)
    {
        if (!multitenancy)
        {
            return SingleTenant;
        }

        if (string.IsNullOrEmpty(header))
        {
            return null;
        }

        return header.Contains('|', StringComparison.Ordinal) ? throw new ArgumentException("multiple org IDs present")
            : Fault(header) is { } fault ? throw new ArgumentException(fault)
            : header;
    }

    private static string? Fault(string tenant)
    {
        if (tenant.Length > 150)
        {
            return "tenant ID is too long: max 150 characters";
        }

        foreach (var letter in tenant)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && !"!-_.*'()".Contains(letter, StringComparison.Ordinal))
            {
                return $"tenant ID '{tenant}' contains unsupported character '{letter}'";
            }
        }

        return tenant is "." or ".." ? "tenant ID is '.' or '..'" : null;
    }
}
