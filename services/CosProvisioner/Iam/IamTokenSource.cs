using TempoCos.CosProvisioner.Steps;

namespace TempoCos.CosProvisioner.Iam;

/// <summary>One token for everybody: fetched once however many ask, renewed early, thrown away when a service refuses it.</summary>
internal sealed class IamTokenSource(IamClient iam, ApiKeySource apiKeys, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan RenewalPause = TimeSpan.FromSeconds(60);
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private IamToken? _token;

    public async Task<IamToken> GetAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } cached)
        {
            return cached;
        }

        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            return Fresh() ?? await RenewAsync(cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>The next caller gets another one, unless somebody has replaced it already.</summary>
    public void Discard(IamToken token) => Interlocked.CompareExchange(ref _token, null, token);

    public void Dispose() => _oneAtATime.Dispose();

    private IamToken? Fresh() => Volatile.Read(ref _token) is { } token && time.GetUtcNow() < token.RefreshAt ? token : null;

    private async Task<IamToken> RenewAsync(CancellationToken cancellationToken)
    {
        var old = Volatile.Read(ref _token);
        try
        {
            var apiKey = await apiKeys.GetAsync(cancellationToken);
            var answer = await iam.RequestTokenAsync(apiKey, cancellationToken);
            var token = IamToken.From(answer, time.GetUtcNow());
            Volatile.Write(ref _token, token);
            return token;
        }
        catch (Exception exception) when (old is not null && time.GetUtcNow() < old.ExpiresAt && Diagnosis.Of(exception) is not null)
        {
            old.PostponeRefresh(time.GetUtcNow() + RenewalPause);
            return old;
        }
    }
}
