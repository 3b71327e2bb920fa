using TempoCos.CosProvisioner.Iam;
using TempoCos.Doctor;

namespace TempoCos.CosProvisioner.Doctor;

/// <summary>IAM gives a token for the API key. Everything else is asked with it.</summary>
internal sealed class ApiKeyCheck(IamTokenSource tokens) : CloudCheck
{
    public override CheckDescription Description { get; } = new(DiagnosticCode.ApiKeyRefused, "api-key", "Asking IAM for a token");

    public override async Task<Finding> RunAsync(CloudExamination examination, CancellationToken cancellationToken)
    {
        var token = await tokens.GetAsync(cancellationToken);
        examination.AccountId = token.AccountId;
        return Finding.Pass($"IAM accepts the API key of account {token.AccountId}").With("account.id", token.AccountId);
    }
}
