namespace TempoCos.IbmCloud.Iam;

/// <summary>The account claim: <c>bss</c> is the account's id, <c>ims</c> that of the infrastructure account.</summary>
public sealed record TokenAccount(bool Valid, string Bss, string Ims);
