"""Masks as real versions of Python and NumPy pickled them, where none of them need be installed.

All hold one dict, `EXPECTED`, made with a sliced `sat`, a list as `ch` and arrays in Fortran and
in big-endian order. Each is compressed and in base 85 here.
"""

from __future__ import annotations

import base64
import zlib
from typing import Any

import numpy as np

EXPECTED: dict[str, Any] = {
    "hf": np.array([0, 1, 1, 0, 0, 0, 1], bool),
    "sat": np.array([1, 0, 0, 0, 0, 0, 1], bool),
    "ch": np.array([True, False, True]),
    "column": np.array([[0], [1], [1]], bool),
    "fortran": np.arange(6, dtype="<f8").reshape(2, 3) - 2.5,
    "big_endian": np.array([1, -300], ">i2"),
    "labels": np.array(["E01", "µV"]),
    "threshold": np.float64(2.5),
    "text": "Eµ€",
    "raw": b"\x00\xff'\"\\\n",  # None where Python 2 wrote it: bytes are text there
    "nested": {"a": [1, -1, 70000, 2**40, -(2**70), 1.5, None], "t": (1, (2, 3, 4, 5), ())},
    "none": np.zeros(0, "f4"),
}

# {"hf": [0, 1, 1, 0, 0, 0, 1], "sat": [0, 0, 0, 1, 0, 0, 0], "ch": [0, 1, 0]}, as bool arrays, by
# Python 3.7.16 and NumPy 1.19.5, protocol 3.
PLAIN_37 = (
    b"\x80\x03}q\x00(X\x02\x00\x00\x00hfq\x01cnumpy.co"
    b"re.multiarray\n_reconstru"
    b"ct\nq\x02cnumpy\nndarray\nq\x03K\x00"
    b"\x85q\x04C\x01bq\x05\x87q\x06Rq\x07(K\x01K\x07\x85q\x08cn"
    b"umpy\ndtype\nq\tX\x02\x00\x00\x00b1q\n\x89\x88"
    b"\x87q\x0bRq\x0c(K\x03X\x01\x00\x00\x00|q\rNNNJ\xff\xff\xff"
    b"\xffJ\xff\xff\xff\xffK\x00tq\x0eb\x89C\x07\x00\x01\x01\x00\x00\x00\x01q\x0f"
    b"tq\x10bX\x03\x00\x00\x00satq\x11h\x02h\x03K\x00\x85q\x12h"
    b"\x05\x87q\x13Rq\x14(K\x01K\x07\x85q\x15h\x0c\x89C\x07\x00\x00\x00\x01"
    b"\x00\x00\x00q\x16tq\x17bX\x02\x00\x00\x00chq\x18h\x02h\x03K\x00"
    b"\x85q\x19h\x05\x87q\x1aRq\x1b(K\x01K\x03\x85q\x1ch\x0c\x89C\x03"
    b"\x00\x01\x00q\x1dtq\x1ebu."
)

_PACKED = {
    "Python 2.7.18, NumPy 1.16.6, pickle, protocol 0": (
        "c-n<jO>5gg5WUYIu`e<E{Q;%vB?Uq7p{70=!b+BGgCYw_rVjLP_5XEdB|B1Frw3v0&g{H5@6GOfTQgYAs$-SUpyr"
        "TOr`P&zksX_S@p>w|Lui`t1}{yX9jmr$PFV-FfO($>)wYk<66Ohmu2xtq#Y!6g8~9OM+~-5g4b@@Wz12C?9_FiAp"
        "$L}&W?*7hbB?DtA|w(^eW9R)<#L%kaEKpO;tJA)5pjwW7B`T#t68?E4FoM~?l6}_puBLWtu_l~Xz&D5*+n`j#{%M"
        "=jvzYXLgzOHZ|Ml6vzl$rEFLC0f_fJg0&;4?FWPpnB!b8C^jgu{!w$>tF2YF$J31)|P>Mk|*|U%mlLhoGBMu|10Z"
        "%GQ(6Rk4KX<fcVEy!Ga}q3MxUztuGNgIgQqX+>_C2s-2(0)3ENDkSFUn7e=ajsPq7<d-kw?lzQP8(ULE<RKUMzYV"
        "2*;0&7ks?foKrnsucyK3N01T4$G)q)?eZ;+9fSF{)*RLW7lP(MM-2m+6%vaKa2yiOyw{u?VXZX~o*y`OOncm5mRr"
        "TSWKs$B4B<OpXb8*Du5s|Sy2?Y=V5_8@MkPA@G0-BH;@EUeAd9t~Dy?0wwDu^UVdGMGS@<A!;qa&tSFw$xY&8<w="
        "$i>NhScWo)A6rQZO$3HAJ5t2{b1qHpW?Il<7bsWKg`rOYRgh1t{>!mlehb0NuC-U(0D<O`cHpU#gZJBE|C>9_vvB"
        "xl2_Y9bi~T3BUbf}SWWq6H2c;Lb{qtqb5}bondjJG$5#wGeq)Cdm*IcEtVO;#Z|SjfWVchX&wW7~ddkX~o|Ur%<p"
        "x%yj`Mfkfe%X1yWpvm=Mkn2^elKW#qqMo@pPTN9^rU1#o>1pk2vuF*|zu#yQ87I"
    ),
    "Python 2.7.18, NumPy 1.16.6, pickle, protocol 1": (
        "c-nQ6TT|0O7>1KJwh-}v2gLJPgGx=>La8Ff17ZnQU0uWjVm3`pXG+SOZbzAs8-I_tT<iE7`~i%=f-7~CP3;Ba&TM"
        "uz`+e{Cyu05f6oYC(JMf^oL3eF^Bj>h5FSpih@um}o&W64kdTu-D@UZK09VtVG=|No{BW>6UhelO~JscT=tYNG1z"
        "kwvQ&NtRQ9fJl<HHy$}#a21?5)2u3nyS;-SF6<){)iEOqRjoQYMMG#aDd|=qbb+N@CptYRnyX=lmDQ0T&LxPIu09"
        "tRE$|TB8wd*7>SF0#<5++Mj2IA9OpPeaMGjc(D{f{HJWkTt?pWY(|*eErO7kCaCnyBT<kC%DWCU8V$`%EG%j#lWK"
        "`qcCyq<Y8AVa%er)~v@)eh9rsXiN)xnj%+SN$SAQ+3)QXJP}YFfZ`NqvK0Jh`Hrptgr>%^u*mDKBSqPUxFrT4HXA"
        "xunPelfz;(6L=l&)sf#s!B|$sfrH`-CPX#qe|=b0s+L(UPgvGuzEmnr>Wkx+HDyke#ojDgrJ`jO%tA3=T-4_)J5s"
        "&o#abMb5?fq@W(y;wF^;J&%{JO051jzzzR_Ee(c1*my$p^!vDL;DW~9{$!E9pn?yd*A$D((qrUcNw%XPaV*PU<4n"
        "(Viey*7*c91j>B<bLRN{C2C3IbXEKEFJh4@sMMl;1ShX^TVna)SH65+9zL#$Zdkf-V;5Jxtn>^B=-}7r!n^op6%i"
        "$@}V?E{rwZqIbMiP_8Xvm{iR6%CBbs6pXGR!v{P2JlOR;_n&S<l>5jwkwx72W<-H?V?d84i<*BhV6(XLoZtgG0*&"
        "C+"
    ),
    "Python 2.7.18, NumPy 1.16.6, pickle, protocol 2": (
        "c-nPR*-{fh6rG+K5*Tqo6mj2maES?9KoM|3gx097jkqArOeRjM!h|#Flu{*CmQ{r1TYTkN%5U%kD8GUywP%ShlwE"
        "b_c2D1X?m4&b7j+qm$#uW#yC9BVUsznqIMu+-EYvHaYz2X}WXuPyQ}t^is5`=d8b=v^F}{UHl@;im*l1ZriXm-M6"
        "8>sU0*hj4(KXP<)lxqUs!+0uJq+z8)i@c!-a?@;{YS3oLluF2_BvOvU*LevRmVfe91fam>;GX_bF7LL80hq51v`g"
        "BafQPST~US4II^okx6KK`(FTq&9Cx`ESRZksz*A1OQeW_K(o?-i)hSO(I?Zq<l%!G8z*(<rookBBJ|}SA=DKh{30"
        "#;>DT*@jWAoS7Z@9=)70Y%jHC$@qTn=$ehMo{dUBQ)*EAPYAnCmr$>q$2<k}GYeI&BrWA^XrhA%U~fa?&=X%_#9g"
        "Rv>5dl<(GrTSV_N`pj7(FD&%WVL%p&B`<amWh$2)9v;Z$27B}Q{GhSXmS8AblVdyauHZ(=0)v#8RFz_N+9HteS;b"
        "JDr%Tm91eTBCrlOmnqFW3jks_)!a68mg8p3F-X^de!(R625|L@vsJR29*w_?9N7W<v=iBHbk$yp!AJ%Rf+ZxdeN*"
        "1T$^hzYOL8|SV60v<Fl$?%XHcKO4+>le$C@l=!XbjX-8JWAf+amcsai$cuz3B%Kf?<k(_;>+Yq=nDD$6VC-+$f@*"
        "7;7#C}5cnm-YzUlQ!K-jY(sD#3DT3DmZ)~pBEP=PpjJYu59m9N*@jl8RkqiPEY1{S8U$N8_Oa"
    ),
    "Python 2.7.18, NumPy 1.16.6, cPickle, protocol 0": (
        "c-nna!EU245WUZjz@?GLh5*uP+e=qMs&Z(wIYp`r7!rwq1&*3X`&;{eJ9bD*vXFy?#?Q=~_h!Z~G{V|z+D3VxIpo"
        "dppwElE?bPCMtj%6_ojk)wr}DPxO?S)<XaWA^9W=!S*8%t`1GDxr56rs`Da6aw@Uk#xtw1lqUwdWX0YUVFo<{UcP"
        "zgUgSgls+6M{SRXO=QX042=&wU_Uxz!>~mCxjwMi^`dL`&`zt1C0#)%5i2m;zS%s|NKw7_O>U6P6cw1#N5eGqDBE"
        "LTSi+S4~>ljsK|)wPB~ts3&&NVO>1RPR%SB~*{vj_PR3?h!shkw_Q;vcDT;ugT4t*5Ef`PJBm)g64kz%p7zyO;)>"
        "TrH29U;IroIm4xWmQ)j)Uzf3&-*17Q8)!sz&uj6?U4azCv>j8)@6dog>m3Ez^itseLK3Bnc6hJc^<v$hRlNn1u;l"
        "un407Q7{qk;0@$2T!bK3vfr35>DFYD6@t;63^Mcyp{E+kwlkfyZQ{#G|9CV`GFVu~V+-R)gNffAojSqxl(TtUvFC"
        "ZPjLG%#5&rxr^W&dc@Nyl#U8nk8Tf0srP`Onh(T{b#IQImzGn(zI57iWV=d-{`p9R04(>))VEW}{)&$;dYUYk;FP"
        "em|Pzbh^0^a_gW3PyALcc<#QkG-_(D5fVyL^D}&#;Z%##XlHkY~c"
    ),
    "Python 2.7.18, NumPy 1.16.6, cPickle, protocol 2": (
        "c-nQ6OK;Oa5XX0I*Gb$0Ezd%M@;aDH6c=cygeaE^!Ad?<TGUHb`LXFna_r1{Er>)Vgp{=5vvBR1iqF6YsQ45;0qX"
        "}83%b(m!#nez-+1<ewg=dzMx4Y9v>?s~!%;g(1ZxknNcKG;ypgpdSdhf26j>lG&`U2X4$E6G2pUuD?{C74O|Uvt4"
        "xt<knFS`*dXEVrSUEIoqEr0Lb=}uL)hH%{q(7x<qFTVAxeYD*V0s2g8hDW>EU>sz^_@y}worZlk1EA@vI%pH>cV>"
        "q=Ui$ANt6v@IL~!{N_`=x)(M{Q*(uc##wyZ~?45-9EfXQM@%8Zg$Iq}p&B*gvl)}YY_@z8t8|OsyQAKq5Pn~3r7^"
        "In3xVWLTI?5bnhsxfda;S7>%u>lhxUvUV?JcZ6dfRYK36}*87chF|bk^3MIL_)yx7%H{KDDZ7bo6rlq};iz2$cle"
        "L{k+RWJbc`!~KjldWn$2i{W|={YHUK^hplids@LSozbKN+9~rGN9B6FUalu!s<k>FS7+meDy=2CU@1?c5N>jdFVW"
        "`jOVyiO)bjhgJ1h?S3hs6dZu#`T_E##jI|bVF|GXaq;UC}fH^h5zx2AJ1*J+IN<~CGwRqDLKdg@8IUvqr$mm@A1m"
        "1EZa1@9^8hy"
    ),
    "Python 3.7.16, NumPy 1.19.5, pickle, protocol 0": (
        "c-oa!&1%~~5GIh*JVr0|C1z*;7fRbp3WnfAp*|JNN>*fpBMV8UHT1Q5ZXco#kjLn$?aWFEa-0^|AZxYr_suu6vy)"
        "XVV6nc18X>RtclBYK@0wzIx8HV~*fj9~%cjV8RogZDyn|Z8q}PLL)yr!IlbL|7){rmr-Kxl2C@Nk+ZD6v<pti8s#"
        "%@y~)Q%KAysrbjQP2XB%=uvn$^iwex<gG4P_YNHLk%+_=s{L9Y-q_y!Qu-E9n9zR*%d;17z}#I*q~$xANPWO7Z?3"
        "|{C`2l0ZNW78I5H3QbN`)+Q{iDC@JOgAxEj9WayF+NIQZq9h3y=G3GPDo&=VD2pq_lV($t$aK0u^Dd@IVDkU7*Y5"
        "Yrh+B|M!Ll&A~5`aE9eVg99vg|#rn0FN*Qi$Dle^)`R#c_HX`}DLVRjr2f2nExk^>Ky|tdg4{mgZPGtvqLPyKA~8"
        "a-47+$A~_TK{7CMh$DeQ(I#=8>VE5~gT{3?%(@xs{)&XBbvLQ*I7ayI|I6>^Xx+a#N9*Uev$W3gb$^zx%eTbB(7="
        "`(*fLKxHE^~mmqoSOZ~^R-KDI+2TV~YS#{$rf8`$4SGV>$$E%&JtJ^QceDB}tHPM)5+Uq47y^$?wA7lv1sA#P(<Y"
        "+I7MV|dQ@@EnKqVg%3Q0Pll>+RG6<uUJ<nc;(O;G*4#KK%T{B1nv5i$!EyL)2*+kTW57y|4)c*PlR_2HsK0PM7M5"
        "=cD>uKpbmsF9cE+yql>8z0`|TGAKt(xDKOo^0QoOI(=-b-h_5LHDPm4vjs#8oL@Pgz^!w!tUYI<6MiLJVh9V7YV!"
        "K^bMcWmG76sL9MK9`!$e)@A7Yf5OBXVQJnM=9H8x$cJL@S+h_J%gD5WO&gc7#Kx5tUF{Y7)J}sew4BQPr_iJDw0+"
        "QIp^}m~{O1&=R6u#TSNnGHMWqS%Zk_x_Ov3z3_3?XtF)NWcpiXxMs>{W)0H4lX@y&F0=iHMsl@WLU!nimYsP*#|~"
        "0(x?Qq%`UjHN<L>"
    ),
    "Python 3.7.16, NumPy 1.19.5, pickle, protocol 1": (
        "c-nQ7>r&G|7>0Y|6j8x5p2Y(}r6z5mt)k!o5mKwJf>ptqq$#PkY2RckbVg<zufYr80{qL2zhs8qiC5u2-A$TChcP"
        "po?0osYcb|Rt+f9VTLL?LlnPr4^t66Kb;(FaS;<aX#R#e+oTSCz`^t$CxyQxzF5z$K%tdjQ|QBes|#Pp(GFB!Tc7"
        "#5!h=n)HHrmUg2(96D6l~ybneH8r!0~7+mK2Zsa3X2SOG)uJAV3qqlCQZhH1xXSXBw3(1NH8QSQCIU5hV%LS;&1l"
        "2FAi`><GChVwU1?l!aOgG!zPnILU5Ggm{y3gn4?l0HzT6yai1_5%Lu_qpXHP}^tTX~;X<dm&>4cW6z4P-Pd9OX6&"
        "FN~$1DD0pQEc))fO-+nnPyClQ1rFxl06>DXtKV8LmZoz1pl<5Cgh#PIr~ynoAc|!W7p7zNoiROmML{!3_#YbE(U9"
        "o7$=cIgm<lsU$(lm5L})ib=EMbUA~m!09wW#&>!e**#9*)Oa2TNQe9<*8c2G+FLW7$@kqIf98j_{7`Hbw>b1P!EK"
        "5=T0!9FU0Ev{R;j|cX9Dh7&V85Qp2tmb->0r5@F1X`BY5aj-@*JI>POxF=yh#t|7d^30*6>6P$+U*r%g4Z>fmtzk"
        "mmqT2%h=?&wPNTBuD`8oZtlmFu7sMpb}I1DVDm6j<EbWHY7G=Hg>n!Yq{edmN~~uf&#@WtuVks)U*x9tXE5TZL-$"
        "MaE<=J?peIyB`XB06mJQNg%~d~HYnb?`<UC^{`ut_RJTcNbsbvwYP5I8Mpp#rT%bhY^`2!o)F`36i8ZfBRhX-&us"
        "wS=HipBYoGfLtld?RONT<_NIUzS8%Nc1h%K}nbPN!r!DJ4^hR8E+m`Q?G;4Ofifz2A1sm>!A`;}q4V3vJac1GT_!"
        "i~C(CXt)(DfNq<nU<ZCX1l0HY-=l82uIt63)~v95Xcdcs)}n?Z;Nv*KI>m<8jQ;_;yIgq"
    ),
    "Python 3.7.16, NumPy 1.19.5, pickle, protocol 2": (
        "c-nQ7+fvg&9LAHj6o{zc8PDQ@;-OMNK}Ep>qC~5%f>FVkq$yi%Q@&&?bVg<vXDF0wAAkq&mKm?ap>N_-c&EELjN>"
        "q7Ch2yw|L^<lxBo1~79pjym?TLw57}}mrMYU_D!X>NR4KB8;krgu(OugrJ05c@7E=%lRw+&{c#F6yEhAy+Ryk)|o"
        "?<&<prA>UxvYt#mgK)hgB6?%nrmnwXkCFqup_0)YV$JMLctuX&hfgPK8~5euKMZ<b`!Lx)VQzp2_4yNcH%d`{D&$"
        "r>@n-KNo(eBC0VSIv6pg_eFXa%4wzb;&v^#JK^mhz=poA8I|&Yl?nh{Qq#){r!cn1cjNmxK3Dc*sC{E7cRBE;UpN"
        "KrmC>pMUF4|6mjmtPKWX=$rt>GL&x9#U(m5Y^<gH(jmBXG_WTo5>MRj%P;02B|lgiAstO>mi^*Yq*-WtX{zgG{8+"
        "Cp7vA282dTjn{C61}Wx;a8;x@NH7$oIE-uCQoL@ia?3#}x)P10V9;0}2?yV{HltBAwH{3+MsY)64insDxMgaJIKj"
        "fKZacXGCmo4MM+NC^f;&FxGVX?)g+AO9oMQy{BhFhG-^TgCKkcL+P2+px3myvF2?CYjkr_6cX%{^_jx4jn@(IDy("
        "DGSmIoS^)ET0p+;FeT`qPD3CwS{5Qx9Q}o#`xXK?+m}UHuz&IObAoL`6YqI@XFL$`4pqB?a^{Ehu5@=4snH+zk!b"
        "8jVPEVn5p3{fvzP)iM_z^&gUN6+W7hTD-8eOU1J_*)Ypy8?yhMCmZ;AW1byV#9<y`EFJd<3$7O)dpujg7BsSL}OK"
        "ZuXq1Rd?j3478zk*TL_Ny4)t8z*-4c~ba!-t*~6e~WPQ+8~Wq8J?!W0_!1#K`|6>aYR0B1VsZMKS(+W)-t;>AG1d"
        "@Q=mOb;YbQ+f(qdhhUyz!K|eJ0Qx{r)&"
    ),
    "Python 3.7.16, NumPy 1.19.5, pickle, protocol 3": (
        "c-nPR+fLL#7@lsIU8w5;kBDbHP!v~ADk=(E5v987C|DK5cDFd2EM30tY?MS2W5RNH7H_$h_zXS(@hP|xXQr)*AvT"
        "%LKb`;UcbNI2FM^m(iV(tPp%sJr-26hmSPlLBT)o1}ZWy`?#!ToJt3i#2^&&Trin@%T6zxK{$r93*=AmgB8H%iFY"
        "j$=C&2eLiFU<P}S`>}f3uAR<8M`QQrmZ`g`1TpQ3x&e?ws_RbCLDXbRVzz0xvgO@$3D-|MO||_T3L!I&izaf9-uf"
        "F6CPqY0g@02I?QpzQ=CPHwrLzSS62UHuvT;{ZfKyL<t$CZu?CJ)oba8D1XnBdxd0~<(o>T3G{qT7s@qxv9g<cTT5"
        "*=+oabZ(YPK5k&<$`tfnAWWP6|`PQnube7mE^^9mGYM$R&#IB#|Lp-jPV&Td{hSH<I3n=FQ<~-ufQT@p>~}r$=yw"
        "qsMa$nSA-fj31QBLRD{~s!yuwrx;MGmT)!JRPMtysp&e!V4~>`ZtT!>Q=C$oXup5r7RQjM0;{;5U#a1C!f{7(3{#"
        "B69Cu@miGJLZ92UiW!NH_sJ7=fuW{y$u-?mZFBn|h9u`b4BWQyPc$C&4|h?29=ud!;Sgomu1bz9AUeLreooWgd}v"
        "djO(@mPr){jvV*>o+`6mnn2VqF`mnc4x<wfv2h=@N3*J;n^ado65EeI*k`Xd*pn+RU>Pe=!&hi#EQtq*zi_V6?}!"
        "_cxh{<JZNF4iDRN`8IyITCa4BJUM1-`GM(2HZ)7@R{WiH31DKNOOjEo|()l<08Icjedk)vD=l=jWh!lA"
    ),
    "Python 3.7.16, NumPy 1.19.5, pickle, protocol 4": (
        "c-nPR&uiN-6qanqZb~TxI_R<Vvh)(xABP=AGcaW^K@NlMv{GbSnF5X-WSK6oLMfz8if(=TFLv#DWq-r|fYQIBr*^"
        "Uww$OS4`T5zOzW06a>D2qa<|4CBpsgI<2lXN=hof;P&IRiX%Tx}i5OfS`<w&qN&k8BZSi%*kh5>>Kvcy8JfS?J4I"
        "D!lK0BwRvFah3BjYN(|tUBUE+c2BjzpldHpx5iYf7Hu72$B%Z!T@2c1!2&catkVfdpxM9d2^AtrJ>kpw@@eMa0u<"
        "`j62FNVwzH+Yw}izF`VmjO!;x1mcy)u&n5WWFuJ<9VGH`Xkb>5M9pY;6s&e|T7u~$6aWf5H+4g!jHr{q^y#G0m^Z"
        "a(6dv8tk<!JEbh-Jy3UckhZAM7la->+?^hw#I1L+Ph9VrlVzx{tg6==iQCBP+xsONM6sKx?b4Z0mik_a`eC8S19w"
        "f)zYZ6W|+sCtUjLrRux#B>O5s`3JwQ@6LXJas@qx&_|CiH$N}y?-?s3OQ5=em{ubs*!mc?FuL^Zh%cM-is<HD_uj"
        "tsn8FeWZdW7GS{o9!E}&FimS?QSD6&TTdryo$>zc7ucK!g>rV^Y"
    ),
    "Python 3.8.18, NumPy 1.24.4, pickle, protocol 5": (
        "c-n1JPixdb6wf5tWZNx>ir~ddFUHH-s)ruL3ZV)P>_O0zvgFUi31pLHGC>OpBJ8$X=GJFFh1Z@feg;24@l*6<eaU"
        "3oSo+}2o0+`%z4!aQeC>U|XBmxs0Z*Ac0d*^{Cez(vR0uZ2EfZ-3YA{YjF$t?AVFC`pJ93TI2&orPz2+IlSnf_4<"
        "|s4VgvI_Iyatb2ihPFAX!PnFty!ocA*AjM6!Ae~lCsJ`g1XZwKdCaA20{dgyEYaqD)Lf_Dv}7#9p&b+{&)z~n1N4"
        "1(A7wd%LfbJCAvo}5Gpg`@E*MV1;4GFG77Swrosn4Auz{xOgT}JRg)aJ?HyT{1TlwNl+1zOXc~2sLP!zlybYsk_K"
        "A+C+d7{8Y-4*qZO`^|;C*E#TU~{oUZ;>rtvPD+LTj`drXR*EkJGlgebMFL-wk5=sEhdQTEy9sh?4~&%gP4nZVR-7"
        "UUS++KSqDs-Z$uP9$%vK4aBBv)TaIaQCB1vtmH)&17GJ4{r&~zT4iNR_6g_g?EE_Z^X&(YT?8M&cZ~D<>+e?aK4+"
        "z5G1UJf3F?7Sq8UtY663(pY!6nJ#7|yspXuF*DI$RquhtCP>PdL82bHq(B4-Upqst|Ea)rxPos1=;YWNTNatw0"
    ),
    "Python 3.12.1, NumPy 2.0.2, pickle, protocol 0": (
        "c-oa!&2G~`5LP8l^B7#ng=%NLf0ht%DN-cV0}?qQMH|O;Bc+aIJAz8Q7H4<}9)QQ-1bnl0E2k+aL~^{|`TORZ+1c"
        "5;QM9<eqK2uc_czV$`Lfux<@wEi+izmq##>spWwEQfzTFo+HJWCFBGv0b-efeJE9x6V1&r5a(NS5;f*MP+#fln7i"
        "*4*THB;lE80cM-<IM^SW|+$(64oOOTKBgN9B?KcV8@2$O5tHqvtsCAl+ofdgq|)hFXzvh(j#Cv&`Jy{f$(9k@H;y"
        "j-qZgx80S<;Y%OTCxYwFi-J*+<ZblVSuI_TwhAM%s1%Y-G=-N{SNcS-x3HBhc4rAaPzB2Kiu>>xz!6|}nn=DHSM{"
        "yeeR-dkj+t|Xy04ER((eZ5u_n8y-X(hyGIYq?SZTB}dHAWrgXL!iZXsDWO%nvYx7h?`nyrUIv##lyTnY0R$%GIvz"
        "+bD7J!#GwAaV*2Y>M@Qcgu*6BPldk<XrXE0t<Y}A!oPs<xbQX=o~H=^{r}|KDOx{Xouc*g>q%NC`TB8^uP3j;!q~"
        "x1I@k$ME_Lu~Q!UGSy^#XA2aW8;Ms~uebN2<njvv|IXqbfw`%W6wtAYKOILmy*zSqac?$>vyW&=cT#D$fW6NuZmD"
        "z_cv{t%uI13WJwgPOn#Ji>dQQ4{n8UdTk(BzV=>85k&YG*A$+oj|)dX7Uko`FQKg@zzOQHv9vz8;A&Az$RR|5Yb<"
        "^Wp};XuBpj^F&$>>{-cZ02RRSEb2+@ZoTOan&Mm=z`3d7J$0WW$3R=YiUmk)se#9zFBmI8%R2H^KpAq7*!C0k<4Y"
        "s>QU3Ps5w5(9KHD2h6D4#|q7b`0>BT8e$xlg&rx2*EqGCS?PcW<%roH;0)V@G-RhB;H2(FUS7d~PXTVpR3w)J-RZ"
        "RMaLoo@Twg19d>OtL4T}4@M31IBS?W-8XmBW)R-b8Ux$ITV}Xs#(SoEWY#b)p43yta=F@XFp}%#l2*5U*@?3NbmA"
        "Zd$Mv%6&i?@EE99*"
    ),
    "Python 3.12.1, NumPy 2.0.2, pickle, protocol 3": (
        "c-nPR+fvg&7~V9crLi9Hh<L^WL9udDQIVn%QKD5>!Kh$O+F&|UQoeLM%8bl7&QK1|!Y$V_K7$Xy_!L};yPL!rhcP"
        "po{Wtr6`3}2Z)kP59N)ST4StupHF*m=EE0$`3o11G?S;Y<ldqFD(ZmH(iS<omk4T-Q#^UL8bRFf<rX($d_mXV@J>"
        "!xC+m(UtDmf6C*t05zKoIYr)E6dnJk=0GrQuwzo*jp$RCU*EEUnXJL=d2oOqKIt;`xy>6mdfk8&Cup0Jjr>`<AjG"
        "O4o8GXyetO^hyWdBIOa&sl85#g9M@M?|L3q?va5EWp~K4>ih>hOoTNDAS}B39RU30YPRFcg1nXIfbAnYhl_oj`ug"
        "b;ZJi`UYN^{g~EntD|<6;cEBw$?>x_~82wTW&ojAV8QmqjF3D0<>ZhH-UQBspir=#}P3ax<K_^5MMwJ({ESR<urz"
        ";u=G*V`(D#%EzMXmn&RVU#zNMs2ZRcl&Y3+J<?R^#|@$BCdE*!X#}@+X}ZmiDM^&yKXHd)*pY!%ZO5(FaX01|5gd"
        "7n(TL+-#4$O5`+~!uc)&S4;n>WYNwbw<jQ_WNj5i6xeSB>2F%_C3c*rpBSQ%b2FL3K#ty;z-ufyvxTL1cf+{6ThX"
        "(dIM`<da16gT!`<JY%!Je9X8us@+-q{vQJ=d^}rvcY%j%q`>jB3|gywhcOimt1@3e7;Q~YpL*#tz{xbWOF>f9aaT"
        "bq8MJ8iY^YC8){*g>|VxHL#pv>zKhp!I+jT14aHlL4qv~EZ^a;{MLIJS@8fj-&A!MpBKW{yJB{2Q^f?tb"
    ),
    "Python 3.12.1, NumPy 2.0.2, pickle, protocol 5": (
        "c-n1JPixdb6wf5tWZNx>6vUg*i}A9y>cK;?La2fRdl2-bEcr8W0@-AlOwfXY2)pf;x%Jsk;k9RrpTQ4M{1iP|Uoz"
        "P?mOgm%W+rcb@BMx+Uwhy0Sw>@Dz*8nqK&|K1WV$yTM}=TR+%u6zpa$ba6qB$@5+>jXykpmBjgWc))ob2ijOE^xV"
        "U9AxEm$1v!)x%UrO0O(jYh97(3*uB5<=?EKoK7#CMl~7B&a*x`jaY?X&^*^z-wc{q9QM)s3M8@+)-{G>yJl3jT!h"
        "P1YM5Qz<jXqU80-B3ZXJ14)4J`Snze_lu?icH5Wec34uAjW6Ft&teWJ&ZSUB+Vu(4^qGS&IR@14Q6hewX=WQBYvr"
        "lzA+tKm-XB*q|S$nph1Me#{dD@j|`zDD@YRyrk7h0s%F#RxQd7QS@?aMCz{%#P{M_t5cHzLlKM4T)LSynbkcUz!c"
        "^qSKa`U(2m_P#-X^Y{v#Zz48bqc-jTkGdkcU?nfI82AQ%==U!v*D5PpvQIc@XZP31pKm{K?jraIzGGb6-*~r*_c<"
        "#ii=qA_Nl*`r63t+Gn;3_VW_!4@B!2pG=UnebOc4o`c(rEOR!_o%eW;Y37ddM<8eJ~QlWSbA>trk$Rl|Q<s|_^"
    ),
}
GENUINE = {name: zlib.decompress(base64.b85decode(text)) for name, text in _PACKED.items()}
